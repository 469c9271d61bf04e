namespace DriveKD.Distillation.Memory;

/// <summary>How large the samples of a run are: the greatest of each number, which need not meet in one sample.</summary>
public sealed record SampleExtent
{
    /// <summary>Tokens of the longest sequence.</summary>
    public required int Tokens { get; init; }

    /// <summary>Tokens of the longest answer, header included.</summary>
    public required int SupervisedTokens { get; init; }

    /// <summary>The most pictures of one sample.</summary>
    public required int Pictures { get; init; }

    /// <summary>Image tokens of the largest picture.</summary>
    public required int PictureTokens { get; init; }

    /// <summary>How many picture files there are, each counted once.</summary>
    public required int Files { get; init; }

    /// <summary>How many samples there are.</summary>
    public int Samples { get; init; }
}
