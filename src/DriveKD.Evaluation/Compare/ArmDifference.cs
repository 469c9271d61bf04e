using DriveKD.Data.Samples;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Compare;

/// <summary>How an arm differs from the baseline on one capability: seed by seed, on the same samples in the same order.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Size">Training samples of each capability; null for all.</param>
/// <param name="Capability">The capability; null for the mean over all that have questions.</param>
/// <param name="Seeds">The seeds that both finished.</param>
/// <param name="Values">Arm - baseline of each, in shares.</param>
/// <param name="Test">The paired t test.</param>
/// <param name="SignFlipP">The exact sign-flip permutation test's p; null below two seeds.</param>
public sealed record ArmDifference(
    string Arm, int? Size, Capability? Capability, IReadOnlyList<long> Seeds, IReadOnlyList<double> Values, PairedTTest Test, double? SignFlipP)
{
    /// <summary>
    /// The p value in use: the t test's, and the sign-flip test's where all differences are the same number, for which t knows no spread; null
    /// below two seeds.
    /// </summary>
    public double? P => Test.Statistic is not null ? Test.P : SignFlipP;

    /// <summary>The p value after Holm's correction within its family: all capabilities, or all means, of all arms and sizes.</summary>
    public double? CorrectedP { get; init; }
}
