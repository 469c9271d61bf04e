namespace DriveKD.Models.Generation;

/// <summary>What a batch generated.</summary>
public sealed record GenerationResult
{
    /// <summary>New ids per prompt, without the stop token.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> TokenIds { get; init; }

    /// <summary>true where a row ended at a stop token rather than at the limit.</summary>
    public required IReadOnlyList<bool> Stopped { get; init; }

    /// <summary>Where the time went.</summary>
    public required GenerationTimings Timings { get; init; }
}
