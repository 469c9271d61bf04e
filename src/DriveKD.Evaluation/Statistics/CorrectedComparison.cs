namespace DriveKD.Evaluation.Statistics;

/// <summary>One comparison of a set.</summary>
/// <param name="Name">What is compared: a task, a metric, a pair of models.</param>
/// <param name="Comparison">As it stands alone.</param>
/// <param name="AdjustedP">Its p value, corrected for the whole set; null where it has none.</param>
public sealed record CorrectedComparison(string Name, PairedComparison Comparison, double? AdjustedP);
