namespace DriveKD.Data.Verification;

/// <summary>What came out when one stage of one golden case was compared with this implementation: one row of <c>drivekd verify</c>.</summary>
public sealed record GoldenCheck
{
    /// <summary>The case as its golden file names it.</summary>
    public required string Case { get; init; }

    /// <summary>The stage of the case: pixels, embeddings, attention, logits, ids, ...</summary>
    public required string Stage { get; init; }

    /// <summary>How many numbers, ids or strings were compared.</summary>
    public required long Compared { get; init; }

    /// <summary>How many tensors or values of the golden this implementation has no counterpart for, or lacks the input of: seen, not compared.</summary>
    public long NotCompared { get; init; }

    /// <summary>The largest absolute difference; for exact comparisons the number of items that differ.</summary>
    public required double WorstAbsolute { get; init; }

    /// <summary>The largest relative difference; 0 for exact comparisons.</summary>
    public double WorstRelative { get; init; }

    /// <summary>What the difference may be at most; 0 for exact comparisons.</summary>
    public required double Tolerance { get; init; }

    /// <summary>The tolerance bounds the relative difference instead of the absolute one.</summary>
    public bool ToleranceIsRelative { get; init; }

    /// <summary>Whether every compared item lies within the tolerance.</summary>
    public required bool Passed { get; init; }

    /// <summary>The first item that differs, or why the stage could not be compared; null where there is nothing to say.</summary>
    public string? Detail { get; init; }

    /// <summary>The tensors of the stage one by one, where it is made of tensors.</summary>
    public IReadOnlyList<GoldenItem> Items { get; init; } = [];
}
