using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Observing;
using DriveKD.Analysis.Study;
using DriveKD.Analysis.Tests.Support;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using TorchSharp;

namespace DriveKD.Analysis.Tests.Study;

public sealed class SampleMeasurerTests
{
    private const double Rounding = 2e-6;

    private static readonly SyntheticModel _model = new("synthetic", layers: 3, carrier: 2);

    [Fact]
    public void Measure_SyntheticPass_IsTheFormulasOnItsArrays()
    {
        Sample sample = SyntheticModel.Sample(0, Capability.Reasoning, pictures: 2);
        TokenRoles roles = SyntheticModel.RolesOf(sample);
        double[][][] hidden = [.. Enumerable.Range(0, 4).Select(index => _model.Hidden(sample, index))];
        double[][][][] weights = [.. Enumerable.Range(0, 3).Select(layer => _model.Weights(sample, layer))];
        double[][][] maps = [.. weights.Select(Arrays.Mean)];
        SampleProfile profile = SampleMeasurer.Measure(_model, sample);

        Assert.Equal(("synthetic", "records.json#0:$[0]", Capability.Reasoning, 3), (profile.Model, profile.Sample, profile.Capability, profile.Layers));
        Assert.Equal((9 + 32 + 12, 32, 12), (profile.Tokens, profile.VisionTokens, profile.AnswerTokens));
        Assert.Empty(profile.Absences);
        Arrays.AssertClose(
            [.. Enumerable.Range(1, 3).Select(l => hidden[l - 1].Zip(hidden[l], Arrays.Cosine).Average())], profile.Values[StudyKind.AdjacentCosine], Rounding);
        Arrays.AssertClose(
            [.. hidden.Select(state => Arrays.Cosine(Mean(state, roles.Vision), Mean(state, roles.Text)))], profile.Values[StudyKind.VisionTextCosine], Rounding);
        Arrays.AssertClose(
            [.. maps.Select(map => roles.Text.Average(i => roles.Vision.Sum(j => map[i][j])))], profile.Values[StudyKind.TextToVisionMass], Rounding);
        double[] shares =
        [
            .. maps.Select(map => roles.Text.Sum(i => roles.ObjectVision.Sum(j => map[i][roles.Vision[j]])) / roles.Text.Sum(i => roles.Vision.Sum(j => map[i][j]))),
        ];
        Arrays.AssertClose(shares, profile.Values[StudyKind.ObjectShare], Rounding);
        Arrays.AssertClose([.. shares.Select(share => share * 32 / 4)], profile.Values[StudyKind.ObjectLift], 8 * Rounding);
        for (int state = 0; state < 4; state++)
        {
            AssertUnit(Mean(hidden[state], roles.Vision), profile.Vectors[VectorKind.PooledVision][state]);
            AssertUnit(Mean(hidden[state], roles.Text), profile.Vectors[VectorKind.PooledText][state]);
            AssertUnit(hidden[state][roles.LastPromptToken], profile.Vectors[VectorKind.LastPromptToken][state]);
        }

        using MapReader reader = new(roles, new MeasureOptions(), torch.CPU);
        for (int layer = 0; layer < 3; layer++)
        {
            using torch.Tensor weights_HTT = Arrays.Stack(weights[layer]);
            using torch.Tensor map_TT = Arrays.Matrix(maps[layer]);
            MapReading reading = reader.Read(map_TT);
            AssertUnit([.. reading.Full.Select(value => (double)value)], profile.Vectors[VectorKind.FullMap][layer]);
            AssertUnit([.. reading.TextToVision!.Select(value => (double)value)], profile.Vectors[VectorKind.TextToVisionMap][layer]);
            Assert.Equal(MapEntropy.Of(map_TT), profile.Values[StudyKind.MapEntropy][layer], Rounding);
            Assert.Equal(HeadAgreement.Of(weights_HTT), profile.Values[StudyKind.HeadAgreement][layer], Rounding);
        }

        double[][] logits = _model.Logits(sample);
        using torch.Tensor logits_SV = Arrays.Matrix(logits);
        Arrays.AssertClose(
            GeneralizedMargin.Bins(GeneralizedMargin.Of(logits_SV, roles.AnswerTokens), 10, "s"), profile.Values[StudyKind.GeneralizedMargin], Rounding);
    }

    [Fact]
    public void Measure_TextAlone_LeavesOutWhatSpeaksOfVision()
    {
        SampleProfile profile = SampleMeasurer.Measure(_model, SyntheticModel.Sample(1, Capability.Planning, pictures: 0));

        Assert.Equal([Absence.Pictures], profile.Absences);
        Assert.Equal(
            [StudyKind.AdjacentCosine, StudyKind.GeneralizedMargin, StudyKind.MapEntropy, StudyKind.HeadAgreement], profile.Values.Keys.Order());
        Assert.Equal([VectorKind.PooledText, VectorKind.LastPromptToken, VectorKind.FullMap], profile.Vectors.Keys.Order());
    }

    [Theory]
    [InlineData(0, Absence.Answer)]
    [InlineData(9, Absence.AnswerLength)]
    public void Measure_AnswerTooShort_HasNoMargin(int answer, Absence expected)
    {
        SampleProfile profile = SampleMeasurer.Measure(_model, SyntheticModel.Sample(2, Capability.Planning, answer: answer));

        Assert.Equal([expected], profile.Absences);
        Assert.DoesNotContain(StudyKind.GeneralizedMargin, profile.Values.Keys);
        Assert.Equal(7, profile.Values.Count);
    }

    [Fact]
    public void Measure_OneHead_HasNoAgreement()
    {
        SampleProfile profile = SampleMeasurer.Measure(new SyntheticModel("single", 2, 1, heads: 1), SyntheticModel.Sample(3, Capability.Planning));

        Assert.Equal([Absence.SeveralHeads], profile.Absences);
        Assert.DoesNotContain(StudyKind.HeadAgreement, profile.Values.Keys);
    }

    [Fact]
    public void Measure_GeneralData_HasNoCapability()
    {
        SampleProfile profile = SampleMeasurer.Measure(_model, SyntheticModel.Sample(4, Capability.Planning), data: "general");

        Assert.Equal(("general", null), (profile.Data, profile.Capability));
    }

    [Fact]
    public void References_OtherModelsMaps_DistancesAtTheSameDepth()
    {
        Sample sample = SyntheticModel.Sample(5, Capability.Perception);
        TokenRoles roles = SyntheticModel.RolesOf(sample);
        SyntheticModel teacher = new("teacher", layers: 5, carrier: 4);
        using SampleMeasurer ofTeacher = new(teacher, sample, keepsMaps: true);
        teacher.Observe(sample, ofTeacher);
        using TextToVisionMaps maps = ofTeacher.TakeMaps()!;
        using SampleMeasurer ofStudent = new(_model, sample, references: [maps]);
        _model.Observe(sample, ofStudent);
        MapDistances distances = Assert.Single(ofStudent.Finish().Distances);

        Assert.Equal(5, maps.Layers);
        Assert.Equal("teacher", distances.Reference);
        foreach ((int layer, int other) in ((int, int)[])[(0, 0), (1, 2), (2, 4)])
        {
            double[] own = Part(_model.Weights(sample, layer));
            double[] theirs = Part(teacher.Weights(sample, other));
            Assert.Equal(1 - Arrays.Cosine(own, theirs), distances.Cosine[layer], Rounding);
            Assert.Equal(own.Zip(theirs).Average(pair => Math.Pow(pair.First - pair.Second, 2)), distances.Squared[layer], Rounding);
        }

        Assert.Empty(ofTeacher.Finish().Distances);

        double[] Part(double[][][] heads)
        {
            double[][] map = Arrays.Mean(heads);
            return [.. roles.Text.SelectMany(i => roles.Vision.Select(j => map[i][j]))];
        }
    }

    [Fact]
    public void References_OfAnotherSequence_AreRefused()
    {
        Sample sample = SyntheticModel.Sample(6, Capability.Perception);
        using SampleMeasurer first = new(_model, sample, keepsMaps: true);
        _model.Observe(sample, first);
        using TextToVisionMaps maps = first.TakeMaps()!;
        using SampleMeasurer second = new(_model, sample, references: [maps]);

        InputException refused = Assert.Throws<InputException>(() => second.Begin(SyntheticModel.RolesOf(SyntheticModel.Sample(6, Capability.Perception, pictures: 2))));
        Assert.Contains("32 vision tokens", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void References_TextAlone_NoDistances()
    {
        Sample sample = SyntheticModel.Sample(7, Capability.Perception, pictures: 0);
        using SampleMeasurer first = new(_model, sample, keepsMaps: true);
        _model.Observe(sample, first);

        Assert.Null(first.TakeMaps());
        Assert.Empty(first.Finish().Distances);
    }

    [Fact]
    public void Finish_PassThatWasNotShownWhole_IsRefused()
    {
        using SampleMeasurer measurer = new(_model, SyntheticModel.Sample(8, Capability.Perception));
        Assert.Throws<InvalidOperationException>(measurer.Finish);
        using CancellationTokenSource stopped = new();
        stopped.Cancel();

        Assert.Throws<OperationCanceledException>(() => _model.Observe(SyntheticModel.Sample(8, Capability.Perception), measurer, stopped.Token));
        Assert.Throws<InvalidOperationException>(measurer.Finish);
        Assert.Throws<InvalidOperationException>(() => measurer.Begin(SyntheticModel.RolesOf(SyntheticModel.Sample(8, Capability.Perception))));
    }

    [Fact]
    public void Measure_AnySample_LeavesNoTensorBehind()
    {
        Run();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static void Run()
        {
            Sample sample = SyntheticModel.Sample(9, Capability.Perception);
            using SampleMeasurer first = new(_model, sample, keepsMaps: true);
            _model.Observe(sample, first);
            using TextToVisionMaps maps = first.TakeMaps()!;
            using SampleMeasurer second = new(_model, sample, references: [maps], keepsMaps: true);
            _model.Observe(sample, second);
            Assert.Single(second.Finish().Distances);
        }
    }

    private static double[] Mean(double[][] states, IReadOnlyList<int> positions) => Arrays.MeanRow(positions.Select(position => states[position]));

    private static void AssertUnit(double[] expected, float[] actual)
    {
        double length = Math.Sqrt(Arrays.Dot(expected, expected));
        Arrays.AssertClose([.. expected.Select(value => value / length)], [.. actual.Select(value => (double)value)], Rounding);
    }
}
