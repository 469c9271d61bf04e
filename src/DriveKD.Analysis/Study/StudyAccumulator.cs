using System.Security.Cryptography;
using System.Text;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Analysis.Study;

/// <summary>
/// Sums profiles up as they come and makes curves of the sums; no profile is kept. Sums are of doubles, so that the order of the profiles changes
/// results by rounding alone. Not safe for several threads.
/// </summary>
/// <remarks>
/// Bands: for one number per sample the t interval of the mean over samples; for similarity, dispersion and contrast, which compare samples with each
/// other, the delete-one-group jackknife with the t quantile of one less than the groups that have samples.
/// </remarks>
public sealed class StudyAccumulator
{
    private const int MostNames = 3;

    private readonly StudyOptions _options;
    private readonly Dictionary<SampleSet, SetSums> _sets = [];
    private readonly Dictionary<string, int> _layers = new(StringComparer.Ordinal);

    /// <param name="options">Confidence and groups; null for the usual.</param>
    public StudyAccumulator(StudyOptions? options = null)
    {
        _options = options ?? new StudyOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Groups, 2, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Groups, 100, nameof(options));
        if (!(_options.Confidence > 0 && _options.Confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), _options.Confidence, "A confidence between 0 and 1 is expected.");
        }
    }

    /// <summary>Profiles so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a sample's profile. A profile that is added twice counts twice.</summary>
    /// <param name="profile">The profile, measured now or read again.</param>
    /// <exception cref="ArgumentException">It does not fit the profiles before: another number of layers, bins, cells or channels. Nothing is added.</exception>
    public void Add(SampleProfile profile)
    {
        if (_layers.TryGetValue(profile.Model, out int layers) && layers != profile.Layers)
        {
            throw new ArgumentException($"{profile.Sample} has {profile.Layers} layers of {profile.Model}; samples before had {layers}.", nameof(profile));
        }

        SampleSet key = new(profile.Model, profile.Data, profile.Capability);
        // Capabilities are added up in the end: a profile must fit those of all of them.
        SetSums.RequireSound(profile);
        foreach ((_, SetSums others) in _sets.Where(entry => entry.Key.Model == profile.Model))
        {
            others.RequireFit(profile);
        }

        if (!_sets.TryGetValue(key, out SetSums? sums))
        {
            _sets.Add(key, sums = new SetSums(_options.Groups));
        }

        _layers[profile.Model] = profile.Layers;
        sums.Add(profile, GroupOf(profile.Sample));
        Count++;
    }

    /// <summary>Curves of everything so far; more profiles may be added afterwards.</summary>
    public StudyResult Finish()
    {
        Dictionary<int, double> quantiles = [];
        List<Curve> curves = [];
        foreach (IGrouping<(string Model, string Data), KeyValuePair<SampleSet, SetSums>> data in _sets
            .GroupBy(entry => (entry.Key.Model, entry.Key.Data))
            .OrderBy(group => group.Key.Model, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Data, StringComparer.Ordinal))
        {
            List<Curve> found = [];
            KeyValuePair<SampleSet, SetSums>[] sets = [.. data.OrderBy(entry => entry.Key.Capability)];
            found.AddRange(CurvesOf(new SampleSet(data.Key.Model, data.Key.Data, null), [.. sets.Select(entry => entry.Value)], [], Quantile));
            foreach ((SampleSet key, SetSums sums) in sets.Where(entry => entry.Key.Capability is not null))
            {
                SetSums[] others = [.. sets.Where(entry => entry.Key.Capability is not null && entry.Key != key).Select(entry => entry.Value)];
                found.AddRange(CurvesOf(key, [sums], others, Quantile));
            }

            // Stable: all samples first, then the capabilities.
            curves.AddRange(found.OrderBy(curve => curve.Study).ThenBy(curve => curve.Reference, StringComparer.Ordinal));
        }

        return new StudyResult { Curves = curves, Confidence = _options.Confidence, Notices = [.. Notices()] };

        double Quantile(int degrees) => quantiles.TryGetValue(degrees, out double quantile)
            ? quantile
            : quantiles[degrees] = StudentT.Quantile(0.5 + (_options.Confidence / 2), degrees);
    }

    /// <summary>A sample's group: the first bytes of a hash of its identity, so that neither order nor model matters.</summary>
    private int GroupOf(string sample)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(sample));
        return (int)(BitConverter.ToUInt32([.. BitConverter.IsLittleEndian ? hash[..4] : hash[..4].Reverse()]) % (uint)_options.Groups);
    }

    private IEnumerable<Curve> CurvesOf(SampleSet set, IReadOnlyList<SetSums> sums, IReadOnlyList<SetSums> otherSums, Func<int, double> quantile)
    {
        foreach ((StudyKind study, string? reference) in sums.SelectMany(part => part.Scalars.Keys).Distinct())
        {
            ScalarSums[] parts = [.. sums.Select(part => part.Scalars.GetValueOrDefault((study, reference))).OfType<ScalarSums>()];
            if (Draw(study, reference, ScalarSums.Of(parts).Points(StudyKinds.FirstIndex(study), quantile)) is Curve curve)
            {
                yield return curve;
            }
        }

        foreach (VectorKind kind in sums.SelectMany(part => part.Vectors.Keys).Distinct())
        {
            (StudyKind similarity, StudyKind dispersion, StudyKind contrast) = StudyKinds.Of(kind);
            GroupedDirections[] own = [.. sums.Select(part => part.Vectors.GetValueOrDefault(kind)).OfType<GroupedDirections>()];
            GroupedDirections[] foreign = [.. otherSums.Select(part => part.Vectors.GetValueOrDefault(kind)).OfType<GroupedDirections>()];
            List<CurvePoint>[] points = [[], [], []];
            for (int index = 0; index < own[0].Length; index++)
            {
                DirectionSum[] groups = GroupedDirections.At(index, own);
                DirectionSum[] otherGroups = foreign.Length == 0 ? [] : GroupedDirections.At(index, foreign);
                int at = StudyKinds.FirstIndex(similarity) + index;
                AddPoint(points[0], at, groups, [], (mine, _) => mine.Similarity());
                AddPoint(points[1], at, groups, [], (mine, _) => mine.Dispersion());
                AddPoint(points[2], at, groups, otherGroups, (mine, theirs) => mine.Similarity() - mine.SimilarityTo(theirs));
            }

            foreach ((StudyKind study, List<CurvePoint> drawn) in new[] { similarity, dispersion, contrast }.Zip(points))
            {
                if (Draw(study, null, drawn) is Curve curve)
                {
                    yield return curve;
                }
            }
        }

        Curve? Draw(StudyKind study, string? reference, IReadOnlyList<CurvePoint> points) => points.Count == 0
            ? null
            : new Curve { Model = set.Model, Study = study, Data = set.Data, Capability = set.Capability, Reference = reference, Points = points };

        void AddPoint(List<CurvePoint> points, int index, DirectionSum[] groups, DirectionSum[] otherGroups, Func<DirectionSum, DirectionSum, double> measure)
        {
            DirectionSum all = DirectionSum.Of(groups);
            DirectionSum allOthers = DirectionSum.Of(otherGroups);
            double estimate = measure(all, allOthers);
            if (!double.IsFinite(estimate))
            {
                return;
            }

            List<(double Without, int Count)> leftOut = [];
            for (int group = 0; group < groups.Length; group++)
            {
                int count = groups[group].Count + (otherGroups.Length == 0 ? 0 : otherGroups[group].Count);
                if (count > 0)
                {
                    DirectionSum others = otherGroups.Length == 0 ? allOthers : allOthers.Without(otherGroups[group]);
                    leftOut.Add((measure(all.Without(groups[group]), others), count));
                }
            }

            double? half = GroupJackknife.HalfWidth(estimate, leftOut, quantile);
            points.Add(new CurvePoint(index, estimate, estimate - half, estimate + half, all.Count));
        }
    }

    /// <summary>What holds of the same samples in several models is said once.</summary>
    private IEnumerable<string> Notices()
    {
        List<(string Where, string Model, string Text)> notices = [];
        foreach (IGrouping<(string Model, string Data), SampleSet> data in _sets.Keys
            .GroupBy(set => (set.Model, set.Data))
            .OrderBy(group => group.Key.Data, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Model, StringComparer.Ordinal))
        {
            bool hasCapabilities = data.Any(set => set.Capability is not null);
            IEnumerable<Capability?> expected = hasCapabilities ? Enum.GetValues<Capability>().Cast<Capability?>() : [null];
            foreach (Capability? capability in expected)
            {
                SampleSet set = new(data.Key.Model, data.Key.Data, capability);
                string where = capability is Capability known ? $"{set.Data}, {known.ToString().ToLowerInvariant()}" : set.Data;
                notices.AddRange((_sets.TryGetValue(set, out SetSums? sums) ? NoticesOf(sums) : ["no sample: there are no curves. Add records of it, or leave it out."])
                    .Select(text => (where, set.Model, text)));
            }
        }

        return notices.GroupBy(notice => (notice.Where, notice.Text))
            .Select(group => $"{group.Key.Where} ({string.Join(", ", group.Select(notice => notice.Model))}): {group.Key.Text}");
    }

    private static IEnumerable<string> NoticesOf(SetSums sums)
    {
        if (sums.Count < 2)
        {
            yield return "one sample: similarity, dispersion, contrast and every band need two. Add records.";
        }

        foreach ((Absence absence, SortedSet<string> samples) in sums.Absences.OrderBy(entry => entry.Key))
        {
            string names = string.Join(", ", samples.Take(MostNames).Select(SampleProfile.ShortName)) + (samples.Count > MostNames ? ", ..." : "");
            string share = samples.Count == sums.Count ? "no sample" : $"{samples.Count} of {sums.Count} samples";
            bool isAll = samples.Count == sums.Count;
            string? text = absence switch
            {
                Absence.Pictures => isAll
                    ? "no sample shows a picture: there is nothing that speaks of vision tokens."
                    : $"{share} show no picture ({names}); they take no part in what speaks of vision tokens.",
                Absence.Answer => isAll
                    ? "no sample has an answer: there is no margin."
                    : $"{share} have no answer ({names}); they take no part in the margin.",
                Absence.AnswerLength => isAll
                    ? $"every answer has fewer tokens than the margin has bins ({names}): there is no margin. Take fewer bins, or records with longer answers."
                    : $"{share} have answers of fewer tokens than the margin has bins ({names}); they take no part in it.",
                // Most questions name none: that some do is enough.
                Absence.NamedObject => isAll ? "no question names an object that a picture shows: there is no share of attention on objects." : null,
                Absence.SeveralHeads => "layers have a single head: there is no agreement between heads.",
                _ => throw new ArgumentOutOfRangeException(nameof(sums), absence, "unknown absence"),
            };
            if (text is not null)
            {
                yield return text;
            }
        }
    }

    private sealed record SampleSet(string Model, string Data, Capability? Capability);
}
