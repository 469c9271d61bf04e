namespace DriveKD.Distillation.Training;

/// <summary>
/// How the task gradients of a step's updates stood to each other: means over its samples with one projection per sample, the one
/// update with one per window. Norms are of the unweighted gradient of a sample's loss (per sample) or of the window's mean loss with
/// its mixing shares (per window); everything else is of the weighted gradients.
/// </summary>
public sealed record UpdateSummary
{
    /// <summary>The norm of each task's gradient, unweighted.</summary>
    public required IReadOnlyDictionary<TrainingTask, double> Norms { get; init; }

    /// <summary>The cosine of each pair of tasks, the earlier task first.</summary>
    public required IReadOnlyDictionary<(TrainingTask First, TrainingTask Second), double> Cosines { get; init; }

    /// <summary>The share of updates in which a pair's inner product was negative.</summary>
    public required IReadOnlyDictionary<(TrainingTask First, TrainingTask Second), double> ConflictRates { get; init; }

    /// <summary>Pairs in conflict per update.</summary>
    public required double ConflictsBefore { get; init; }

    /// <summary>Tasks per update that the combined gradient still works against.</summary>
    public required double ConflictsAfter { get; init; }

    /// <summary>Projections onto supervision per update.</summary>
    public required double AnchorProjections { get; init; }

    /// <summary>Projections between merged gradients per update.</summary>
    public required double MergedProjections { get; init; }

    /// <summary>The coefficient of each weighted task gradient in the update, where all tasks reach.</summary>
    public required IReadOnlyDictionary<TrainingTask, double> Coefficients { get; init; }

    /// <summary>The largest change of a coefficient since the last exact step, where coefficients are used again; null elsewhere.</summary>
    public double? Drift { get; init; }

    /// <summary>The norm of the distillation part of the update over the update's norm.</summary>
    public required double DistillationShare { get; init; }
}
