namespace DriveKD.Analysis.Study;

/// <summary>Sums of the samples' vectors per index and group of samples, so that one group at a time can be left out.</summary>
internal sealed class GroupedDirections
{
    private readonly DirectionSum[][] _sums;

    public GroupedDirections(int length, int groups) =>
        _sums = [.. Enumerable.Range(0, length).Select(_ => Enumerable.Range(0, groups).Select(_ => new DirectionSum()).ToArray())];

    /// <summary>Layers or hidden states.</summary>
    public int Length => _sums.Length;

    /// <summary>Adds a sample's vectors to its group.</summary>
    public void Add(float[][] units, int group)
    {
        for (int i = 0; i < _sums.Length; i++)
        {
            _sums[i][group].Add(units[i]);
        }
    }

    /// <summary>Numbers of a vector; 0 where there is none yet.</summary>
    public int Width => _sums.Max(groups => groups.Max(sum => sum.Width));

    /// <summary>An index's sums, group by group, over several sets of samples.</summary>
    public static DirectionSum[] At(int index, IReadOnlyList<GroupedDirections> sets)
    {
        if (sets.Count == 1)
        {
            return sets[0]._sums[index];
        }

        return [.. Enumerable.Range(0, sets[0]._sums[index].Length).Select(group => DirectionSum.Of([.. sets.Select(set => set._sums[index][group])]))];
    }
}
