using System.Text.Json;
using DriveKD.Analysis.Study;
using DriveKD.Analysis.Tests.Support;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Analysis.Tests.Study;

public sealed class StudyAccumulatorTests
{
    private const int Carrier = 3;

    private static readonly JsonSerializerOptions _json = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly SyntheticModel _model = new("synthetic", layers: 4, Carrier);

    private static readonly IReadOnlyList<SampleProfile> _profiles =
    [
        .. Enumerable.Range(0, 33).Select(i => SampleMeasurer.Measure(_model, SyntheticModel.Sample(i, (Capability)(i % 3), text: 7 + (i % 4), answer: 10 + (i % 5)))),
    ];

    [Fact]
    public void Finish_Streamed_IsTheFormulasOverAllProfiles()
    {
        StudyResult result = Accumulate(_profiles);

        Assert.Empty(result.Notices);
        foreach (Capability? capability in (Capability?[])[null, Capability.Perception, Capability.Reasoning, Capability.Planning])
        {
            SampleProfile[] own = [.. _profiles.Where(profile => capability is null || profile.Capability == capability)];
            foreach (StudyKind study in _profiles[0].Values.Keys)
            {
                Curve curve = result.Find("synthetic", study, capability)!;
                for (int i = 0; i < curve.Points.Count; i++)
                {
                    SeedSummary expected = SeedSummary.Of([.. own.Select(profile => profile.Values[study][i])]);
                    CurvePoint point = curve.Points[i];
                    Assert.Equal((StudyKinds.FirstIndex(study) + i, own.Length), (point.Index, point.Count));
                    Assert.Equal(expected.Mean!.Value, point.Mean, 1e-12);
                    Assert.Equal(expected.Interval!.Value.Low, point.Low!.Value, 1e-11);
                    Assert.Equal(expected.Interval.Value.High, point.High!.Value, 1e-11);
                }
            }

            foreach (VectorKind kind in Enum.GetValues<VectorKind>())
            {
                (StudyKind similarity, StudyKind dispersion, StudyKind contrast) = StudyKinds.Of(kind);
                for (int i = 0; i < _profiles[0].Vectors[kind].Length; i++)
                {
                    double[][] vectors = Wide(own, kind, i);
                    Assert.Equal(Similarity(vectors), result.Find("synthetic", similarity, capability)!.Points[i].Mean, 1e-10);
                    Assert.Equal(Dispersion(vectors), result.Find("synthetic", dispersion, capability)!.Points[i].Mean, 1e-6);
                    if (capability is null)
                    {
                        Assert.Null(result.Find("synthetic", contrast));
                        continue;
                    }

                    double[][] others = Wide(_profiles.Where(profile => profile.Capability != capability), kind, i);
                    double between = vectors.Average(vector => others.Average(other => Arrays.Dot(vector, other)));
                    Assert.Equal(Similarity(vectors) - between, result.Find("synthetic", contrast, capability)!.Points[i].Mean, 1e-10);
                }
            }
        }
    }

    [Fact]
    public void Finish_EveryBand_HoldsItsMean()
    {
        foreach (Curve curve in Accumulate(_profiles).Curves)
        {
            foreach (CurvePoint point in curve.Points)
            {
                Assert.True(point.Low <= point.Mean && point.Mean <= point.High, $"{curve.Study} {curve.Capability} {point}");
                Assert.True(point.High - point.Low > 0, $"{curve.Study} {curve.Capability} {point}");
            }
        }
    }

    [Fact]
    public void Finish_AnyOrderOfSamples_TheSameCurves()
    {
        StudyResult forward = Accumulate(_profiles);
        StudyResult shuffled = Accumulate([.. _profiles.OrderBy(profile => profile.Sample.Length * 31 % 7).ThenByDescending(profile => profile.Sample, StringComparer.Ordinal)]);

        Assert.Equal(forward.Curves.Select(Key), shuffled.Curves.Select(Key));
        foreach ((Curve a, Curve b) in forward.Curves.Zip(shuffled.Curves))
        {
            Arrays.AssertClose([.. a.Points.SelectMany(Numbers)], [.. b.Points.SelectMany(Numbers)], 1e-10);
        }
    }

    [Fact]
    public void Add_ProfilesThatWereWrittenAndRead_TheSameBits()
    {
        SampleProfile[] restored = [.. _profiles.Select(profile => JsonSerializer.Deserialize<SampleProfile>(JsonSerializer.Serialize(profile, _json), _json)!)];
        StudyResult expected = Accumulate(_profiles);
        StudyResult actual = Accumulate(restored);

        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
        Assert.Equal(_profiles[0].Absences, restored[0].Absences);
    }

    [Fact]
    public void Finish_LayerThatCarriesTheCapability_StandsOut()
    {
        StudyResult result = Accumulate(_profiles);
        foreach (Capability capability in Enum.GetValues<Capability>())
        {
            foreach (StudyKind study in (StudyKind[])[StudyKind.VisionContrast, StudyKind.TextContrast, StudyKind.PromptContrast, StudyKind.TextToVisionMapContrast])
            {
                IReadOnlyList<CurvePoint> points = result.Find("synthetic", study, capability)!.Points;
                CurvePoint best = points.MaxBy(point => point.Mean)!;
                Assert.Equal(Carrier, best.Index);
                Assert.True(points.Where(point => point != best).All(point => point.High < best.Low), $"{study} {capability}");
            }
        }

        Assert.Equal(Carrier, result.Find("synthetic", StudyKind.TextToVisionMass)!.Points.MaxBy(point => point.Mean)!.Index);
        // The object lies where planning looks.
        Assert.Equal(Carrier, result.Find("synthetic", StudyKind.ObjectLift, Capability.Planning)!.Points.MaxBy(point => point.Mean)!.Index);
    }

    [Fact]
    public void Finish_CapabilityOfOneSample_KeepsWhatCanBeComputed()
    {
        StudyResult result = Accumulate([.. _profiles.Where((profile, i) => profile.Capability == Capability.Perception || i == 1)]);

        Assert.Equal(
            [
                "driving, reasoning (synthetic): one sample: similarity, dispersion, contrast and every band need two. Add records.",
                "driving, planning (synthetic): no sample: there are no curves. Add records of it, or leave it out.",
            ],
            result.Notices);
        Assert.Null(result.Find("synthetic", StudyKind.PromptSimilarity, Capability.Reasoning));
        CurvePoint single = result.Find("synthetic", StudyKind.TextToVisionMass, Capability.Reasoning)!.Points[0];
        Assert.Equal((_profiles[1].Values[StudyKind.TextToVisionMass][0], null, null, 1), (single.Mean, single.Low, single.High, single.Count));
        Assert.Equal(12, result.Find("synthetic", StudyKind.PromptSimilarity)!.Points[0].Count);
        // Without the only sample of another capability there is no contrast: it has no band.
        Assert.Null(result.Find("synthetic", StudyKind.PromptContrast, Capability.Perception)!.Points[0].Low);
        Assert.NotNull(result.Find("synthetic", StudyKind.PromptSimilarity, Capability.Perception)!.Points[0].Low);
    }

    [Fact]
    public void Finish_TwoSamples_AreTooFewForAJackknife()
    {
        CurvePoint point = Accumulate([.. _profiles.Where(profile => profile.Capability == Capability.Planning).Take(2)])
            .Find("synthetic", StudyKind.TextSimilarity, Capability.Planning)!.Points[0];

        Assert.Equal((null, null, 2), (point.Low, point.High, point.Count));
    }

    [Fact]
    public void Finish_SamplesThatLackSomething_AreNamed()
    {
        SampleProfile[] odd =
        [
            SampleMeasurer.Measure(_model, SyntheticModel.Sample(100, Capability.Perception, pictures: 0)),
            SampleMeasurer.Measure(_model, SyntheticModel.Sample(101, Capability.Perception, answer: 4)),
            SampleMeasurer.Measure(_model, SyntheticModel.Sample(102, Capability.Perception, answer: 0)),
        ];
        StudyResult result = Accumulate([.. _profiles, .. odd]);

        Assert.Equal(
            [
                "driving, perception (synthetic): 1 of 14 samples show no picture (records.json#100); they take no part in what speaks of vision tokens.",
                "driving, perception (synthetic): 1 of 14 samples have no answer (records.json#102); they take no part in the margin.",
                "driving, perception (synthetic): 1 of 14 samples have answers of fewer tokens than the margin has bins (records.json#101); they take no part in it.",
            ],
            result.Notices);
        Assert.Equal(14, result.Find("synthetic", StudyKind.MapEntropy, Capability.Perception)!.Points[0].Count);
        Assert.Equal(13, result.Find("synthetic", StudyKind.VisionTextCosine, Capability.Perception)!.Points[0].Count);
        Assert.Equal(13, result.Find("synthetic", StudyKind.TextToVisionMapSimilarity, Capability.Perception)!.Points[0].Count);
        Assert.Equal(12, result.Find("synthetic", StudyKind.GeneralizedMargin, Capability.Perception)!.Points[0].Count);
    }

    [Fact]
    public void Finish_SeveralModelsThatLackTheSame_SayItOnce()
    {
        StudyAccumulator accumulator = new();
        foreach (string name in (string[])["one", "two"])
        {
            SyntheticModel model = new(name, 2, carrier: 1);
            accumulator.Add(SampleMeasurer.Measure(model, SyntheticModel.Sample(0, Capability.Planning, pictures: 0, answer: 20), data: "general"));
            accumulator.Add(SampleMeasurer.Measure(model, SyntheticModel.Sample(1, Capability.Planning, pictures: 0, answer: 20), data: "general"));
        }

        Assert.Equal("general (one, two): no sample shows a picture: there is nothing that speaks of vision tokens.", Assert.Single(accumulator.Finish().Notices));
    }

    [Fact]
    public void Finish_NothingButTextWithShortAnswers_SaysSoOnce()
    {
        StudyResult result = Accumulate(
            [.. Enumerable.Range(0, 5).Select(i => SampleMeasurer.Measure(_model, SyntheticModel.Sample(i, Capability.Planning, pictures: 0, answer: 3), data: "general"))]);

        Assert.Equal(
            [
                "general (synthetic): no sample shows a picture: there is nothing that speaks of vision tokens.",
                "general (synthetic): every answer has fewer tokens than the margin has bins (records.json#0, records.json#1, records.json#2, ...): there is no margin. "
                    + "Take fewer bins, or records with longer answers.",
            ],
            result.Notices);
        Assert.All(result.Curves, curve => Assert.Equal(("general", null), (curve.Data, curve.Capability)));
        Assert.Contains(result.Curves, curve => curve.Study == StudyKind.FullMapDispersion);
    }

    [Fact]
    public void Finish_SeveralModelsAndData_StayApart()
    {
        SyntheticModel other = new("another", layers: 2, carrier: 1);
        StudyResult result = Accumulate(
        [
            .. _profiles,
            .. Enumerable.Range(0, 6).Select(i => SampleMeasurer.Measure(other, SyntheticModel.Sample(i, (Capability)(i % 3)))),
            .. Enumerable.Range(0, 4).Select(i => SampleMeasurer.Measure(_model, SyntheticModel.Sample(200 + i, Capability.Planning), data: "general")),
        ]);

        Assert.Equal(33, result.Find("synthetic", StudyKind.GeneralizedMargin)!.Points[0].Count);
        Assert.Equal(4, result.Find("synthetic", StudyKind.GeneralizedMargin, data: "general")!.Points[0].Count);
        Assert.Equal(2, result.Find("another", StudyKind.MapEntropy, Capability.Planning)!.Points.Count);
        Assert.Equal("another", result.Curves[0].Model);
        Assert.Null(result.Curves[0].Capability);
    }

    [Fact]
    public void Finish_Distances_HaveTheirReference()
    {
        SampleProfile[] profiles = [.. _profiles.Take(3).Select(profile => profile with { Distances = [new MapDistances("teacher", [0.1, 0.2, 0.3, double.NaN], [1, 2, 3, 4])] })];
        StudyResult result = Accumulate(profiles);

        Assert.Null(result.Find("synthetic", StudyKind.MapCosineDistance));
        Assert.Equal([1, 2, 3], result.Find("synthetic", StudyKind.MapCosineDistance, reference: "teacher")!.Points.Select(point => point.Index));
        Assert.Equal(4, result.Find("synthetic", StudyKind.MapSquaredDistance, reference: "teacher")!.Points[3].Mean);
    }

    [Fact]
    public void Add_ProfileThatDoesNotFit_ChangesNothing()
    {
        StudyAccumulator accumulator = new();
        accumulator.Add(_profiles[0]);
        string before = JsonSerializer.Serialize(accumulator.Finish());
        Sample sample = SyntheticModel.Sample(1, Capability.Planning);
        SampleProfile deeper = SampleMeasurer.Measure(new SyntheticModel("synthetic", 5, 1), sample);
        SampleProfile otherBins = SampleMeasurer.Measure(_model, sample, new() { MarginBins = 5 });
        SampleProfile otherCells = SampleMeasurer.Measure(_model, sample, new() { FullMapCells = 5 });

        Assert.Contains("5 layers", Assert.Throws<ArgumentException>(() => accumulator.Add(deeper)).Message, StringComparison.Ordinal);
        Assert.Contains("GeneralizedMargin has 5", Assert.Throws<ArgumentException>(() => accumulator.Add(otherBins)).Message, StringComparison.Ordinal);
        Assert.Contains("FullMap has vectors of 25", Assert.Throws<ArgumentException>(() => accumulator.Add(otherCells)).Message, StringComparison.Ordinal);
        Assert.Equal(1, accumulator.Count);
        Assert.Equal(before, JsonSerializer.Serialize(accumulator.Finish()));
    }

    [Fact]
    public void Finish_NoProfile_IsEmpty()
    {
        StudyResult result = new StudyAccumulator().Finish();

        Assert.Empty(result.Curves);
        Assert.Empty(result.Notices);
    }

    [Theory]
    [InlineData(1, 0.95)]
    [InlineData(101, 0.95)]
    [InlineData(20, 0)]
    [InlineData(20, 1)]
    public void Constructor_OptionsThatMakeNoBand_AreRefused(int groups, double confidence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new StudyAccumulator(new StudyOptions { Groups = groups, Confidence = confidence }));

    private static StudyResult Accumulate(IReadOnlyList<SampleProfile> profiles)
    {
        StudyAccumulator accumulator = new();
        foreach (SampleProfile profile in profiles)
        {
            accumulator.Add(profile);
        }

        Assert.Equal(profiles.Count, accumulator.Count);
        return accumulator.Finish();
    }

    private static string Key(Curve curve) => $"{curve.Model} {curve.Data} {curve.Study} {curve.Capability} {curve.Reference}";

    private static IEnumerable<double> Numbers(CurvePoint point) => [point.Index, point.Mean, point.Low!.Value, point.High!.Value, point.Count];

    private static double[][] Wide(IEnumerable<SampleProfile> profiles, VectorKind kind, int index) =>
        [.. profiles.Select(profile => profile.Vectors[kind][index].Select(value => (double)value).ToArray())];

    private static double Similarity(double[][] vectors) =>
        (from a in Enumerable.Range(0, vectors.Length) from b in Enumerable.Range(0, a) select Arrays.Dot(vectors[a], vectors[b])).Average();

    private static double Dispersion(double[][] vectors)
    {
        double[] mean = Arrays.MeanRow(vectors);
        return 1 - vectors.Average(vector => Arrays.Cosine(vector, mean));
    }
}
