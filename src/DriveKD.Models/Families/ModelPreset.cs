namespace DriveKD.Models.Families;

/// <summary>A model shape with a name.</summary>
public sealed record ModelPreset
{
    /// <summary>InternVL3-1B, Qwen2.5-VL-3B, ..., tiny, small.</summary>
    public required string Name { get; init; }

    /// <summary>The shape, in the released layout.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>A released size: its vocabulary rows are fixed. The others take as many as their tokenizer needs.</summary>
    public required bool IsReleased { get; init; }
}
