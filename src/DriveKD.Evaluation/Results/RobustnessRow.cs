using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Results;

/// <summary>One corruption of one model against clean pictures.</summary>
/// <param name="Pass">The pass.</param>
/// <param name="Change">Points less those on clean pictures; null for the clean pass, or where one has none.</param>
/// <param name="Paired">The same questions, one by one: the corrupted less the clean; null for the clean pass.</param>
/// <param name="AdjustedP">Its p value, corrected for all corruptions of all models; null where it has none.</param>
public sealed record RobustnessRow(PassResult Pass, double? Change, PairedComparison? Paired, double? AdjustedP);
