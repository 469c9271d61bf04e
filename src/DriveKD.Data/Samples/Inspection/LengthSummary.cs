namespace DriveKD.Data.Samples.Inspection;

/// <summary>How long texts are. Median and 95th percentile are the nearest rank: a length that occurs.</summary>
/// <param name="Minimum">The shortest.</param>
/// <param name="Median">Half are no longer than this.</param>
/// <param name="Percentile95">95 of 100 are no longer than this.</param>
/// <param name="Maximum">The longest.</param>
public sealed record LengthSummary(int Minimum, int Median, int Percentile95, int Maximum)
{
    /// <summary>Sums up lengths; null where there are none.</summary>
    internal static LengthSummary? Of(List<int> lengths)
    {
        if (lengths.Count == 0)
        {
            return null;
        }

        lengths.Sort();
        int AtRank(int percent) => lengths[(int)((((long)percent * lengths.Count) + 99) / 100) - 1];
        return new LengthSummary(lengths[0], AtRank(50), AtRank(95), lengths[^1]);
    }
}
