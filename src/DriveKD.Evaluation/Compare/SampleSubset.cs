using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Compare;

/// <summary>
/// Draws a few training samples of each capability. The draw depends on the seed, the capability and the records alone: all arms of a seed
/// have the same samples, and a larger size holds those of a smaller one.
/// </summary>
public static class SampleSubset
{
    /// <summary>The random stream of a capability is this and its name.</summary>
    public const string StreamName = "compare/subset";

    /// <summary>Draws.</summary>
    /// <param name="samples">All training samples.</param>
    /// <param name="size">How many of each capability; those that have no more are taken whole.</param>
    /// <param name="seeds">The run's seed.</param>
    /// <returns>In the order of the records.</returns>
    public static IReadOnlyList<Sample> Draw(IReadOnlyList<Sample> samples, int size, SeedStreams seeds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        HashSet<int> drawn = [];
        foreach (IGrouping<Capability, int> group in Enumerable.Range(0, samples.Count).GroupBy(place => samples[place].Capability))
        {
            int[] places = [.. group];
            seeds.Open($"{StreamName}/{group.Key.ToString().ToLowerInvariant()}").Shuffle<int>(places);
            drawn.UnionWith(places.Take(size));
        }

        return [.. Enumerable.Range(0, samples.Count).Where(drawn.Contains).Select(place => samples[place])];
    }
}
