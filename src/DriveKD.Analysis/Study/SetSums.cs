namespace DriveKD.Analysis.Study;

/// <summary>The sums over the samples of one model, data and capability.</summary>
internal sealed class SetSums(int groups)
{
    public Dictionary<(StudyKind Study, string? Reference), ScalarSums> Scalars { get; } = [];

    public Dictionary<VectorKind, GroupedDirections> Vectors { get; } = [];

    /// <summary>The samples that lack something.</summary>
    public Dictionary<Absence, SortedSet<string>> Absences { get; } = [];

    public int Count { get; private set; }

    /// <summary>Refuses a profile whose arrays do not fit each other.</summary>
    public static void RequireSound(SampleProfile profile)
    {
        foreach ((VectorKind kind, float[][] units) in profile.Vectors)
        {
            int[] widths = [.. units.Select(unit => unit.Length).Where(width => width > 0).Distinct()];
            Require(widths.Length <= 1, profile, $"{kind} has vectors of {string.Join(", ", widths)} numbers");
        }
    }

    /// <summary>Refuses a profile whose arrays do not fit those of the samples before.</summary>
    public void RequireFit(SampleProfile profile)
    {
        foreach (((StudyKind study, string? reference), double[] values) in Numbers(profile))
        {
            int length = Scalars.TryGetValue((study, reference), out ScalarSums? sums) ? sums.Length : values.Length;
            Require(length == values.Length, profile, $"{study} has {values.Length} numbers, samples before have {length}");
        }

        foreach ((VectorKind kind, float[][] units) in profile.Vectors)
        {
            if (Vectors.TryGetValue(kind, out GroupedDirections? before))
            {
                Require(before.Length == units.Length, profile, $"{kind} has {units.Length} vectors, samples before have {before.Length}");
                (int width, int widthBefore) = (units.Max(unit => unit.Length), before.Width);
                Require(width == 0 || widthBefore == 0 || width == widthBefore, profile, $"{kind} has vectors of {width} numbers, samples before of {widthBefore}");
            }
        }
    }

    public void Add(SampleProfile profile, int group)
    {
        foreach (((StudyKind Study, string? Reference) key, double[] values) in Numbers(profile))
        {
            if (!Scalars.TryGetValue(key, out ScalarSums? sums))
            {
                Scalars.Add(key, sums = new ScalarSums(values.Length));
            }

            sums.Add(values);
        }

        foreach ((VectorKind kind, float[][] units) in profile.Vectors)
        {
            if (!Vectors.TryGetValue(kind, out GroupedDirections? sums))
            {
                Vectors.Add(kind, sums = new GroupedDirections(units.Length, groups));
            }

            sums.Add(units, group);
        }

        foreach (Absence absence in profile.Absences)
        {
            if (!Absences.TryGetValue(absence, out SortedSet<string>? samples))
            {
                Absences.Add(absence, samples = new SortedSet<string>(StringComparer.Ordinal));
            }

            samples.Add(profile.Sample);
        }

        Count++;
    }

    private static IEnumerable<((StudyKind Study, string? Reference) Key, double[] Values)> Numbers(SampleProfile profile)
    {
        foreach ((StudyKind study, double[] values) in profile.Values)
        {
            yield return ((study, null), values);
        }

        foreach (MapDistances distances in profile.Distances)
        {
            yield return ((StudyKind.MapCosineDistance, distances.Reference), distances.Cosine);
            yield return ((StudyKind.MapSquaredDistance, distances.Reference), distances.Squared);
        }
    }

    private static void Require(bool holds, SampleProfile profile, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"{profile.Sample} of {profile.Model}: {what}. Were they measured with the same options?", nameof(profile));
        }
    }
}
