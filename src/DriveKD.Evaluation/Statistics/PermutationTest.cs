namespace DriveKD.Evaluation.Statistics;

/// <summary>What a permutation test found.</summary>
/// <param name="P">The two-sided p value.</param>
/// <param name="N">How many differences could be turned around; those of 0 are left out, for turning them changes nothing.</param>
/// <param name="Resamples">How many random permutations p is estimated from; null where p is exact.</param>
public sealed record PermutationTest(double P, int N, int? Resamples)
{
    /// <summary>Every permutation was counted.</summary>
    public bool IsExact => Resamples is null;
}
