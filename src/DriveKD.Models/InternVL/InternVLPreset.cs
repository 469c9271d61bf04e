namespace DriveKD.Models.InternVL;

/// <summary>A model shape with a name.</summary>
public sealed record InternVLPreset
{
    /// <summary>InternVL3-1B, ..., tiny, small.</summary>
    public required string Name { get; init; }

    /// <summary>The shape, in the OpenGVLab layout.</summary>
    public required InternVLConfig Config { get; init; }

    /// <summary>A released size: its vocabulary rows are fixed. The others take as many as their tokenizer needs.</summary>
    public required bool IsReleased { get; init; }
}
