namespace DriveKD.Evaluation.Reports;

/// <summary>How a run was made, for its page.</summary>
public sealed record EvaluationFacts
{
    /// <summary>The run folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The program with its version and commit.</summary>
    public required string Program { get; init; }

    /// <summary>The device that local models computed on.</summary>
    public required string Device { get; init; }

    /// <summary>The machine.</summary>
    public required string Machine { get; init; }

    /// <summary>When it was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the page is made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>How often it was taken up again.</summary>
    public required int Resumptions { get; init; }

    /// <summary>What was different when it was taken up again; empty where nothing was.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>The user stopped it: the page is of what there is.</summary>
    public required bool IsUnfinished { get; init; }
}
