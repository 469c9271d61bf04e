namespace DriveKD.Evaluation.Compare;

/// <summary>The figures of a comparison, of all or of some of its runs.</summary>
public sealed record CompareResults
{
    /// <summary>Final runs that there shall be.</summary>
    public required int PlannedRuns { get; init; }

    /// <summary>Final runs that finished.</summary>
    public required int FinishedRuns { get; init; }

    /// <summary>Trials that there shall be.</summary>
    public required int PlannedTrials { get; init; }

    /// <summary>Trials that finished.</summary>
    public required int FinishedTrials { get; init; }

    /// <summary>What the trials chose.</summary>
    public required IReadOnlyList<TuningChoice> Choices { get; init; }

    /// <summary>Every arm, size and capability, and the means over capabilities.</summary>
    public required IReadOnlyList<ArmFigure> Figures { get; init; }

    /// <summary>Every arm but the baseline against it.</summary>
    public required IReadOnlyList<ArmDifference> Differences { get; init; }

    /// <summary>Types of question.</summary>
    public required IReadOnlyList<TypeFigure> Types { get; init; }

    /// <summary>What each arm took.</summary>
    public required IReadOnlyList<ArmCost> Costs { get; init; }

    /// <summary>Whether arms that promise the same weights have them.</summary>
    public required IReadOnlyList<IdentityCheck> Identities { get; init; }

    /// <summary>Runs that failed.</summary>
    public required IReadOnlyList<RunFailure> Failures { get; init; }

    /// <summary>Seeds and sizes at which arms trained on different samples; there is none unless arms change the data.</summary>
    public required IReadOnlyList<string> DifferentData { get; init; }

    /// <summary>The programs that made the results, each once.</summary>
    public required IReadOnlyList<string> Programs { get; init; }

    /// <summary>Answers of final runs that ended at the greatest number of tokens, as a share.</summary>
    public required double CutOffShare { get; init; }

    /// <summary>Questions of each final run that were asked, by the first that finished.</summary>
    public required int Questions { get; init; }

    /// <summary>Whether all runs finished and every check holds.</summary>
    public bool IsSound => FinishedRuns == PlannedRuns && FinishedTrials == PlannedTrials && Failures.Count == 0 && Identities.All(check => check.IsIdentical);
}
