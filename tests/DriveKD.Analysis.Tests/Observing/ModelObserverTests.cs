using DriveKD.Analysis.Observing;
using DriveKD.Analysis.Study;
using DriveKD.Analysis.Tests.Support;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Distillation.Batching;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Tests.Observing;

public sealed class ModelObserverTests : IDisposable
{
    private static readonly Placement _placement = new(CPU, ScalarType.Float32);

    private readonly DistillationFixture _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Observe_ASample_ShowsTheSequenceThatTrainingSees()
    {
        using VisionLanguageModel model = ModelLoader.Load(_world.Path("student"), _placement);
        BpeTokenizer tokenizer = BpeTokenizer.Load(_world.Path("student"));
        using ModelObserver observer = ModelObserver.Of("student", model, tokenizer);
        Sample sample = Samples()[1];
        EncodedSample encoded = new SampleEncoder(tokenizer, [model.Config.Pictures]).Encode(sample);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Recorder shown = new();
        observer.Observe(sample, shown);

        int layers = model.Config.Language.Layers;
        using Probe probe = new(new ProbeRequest
        {
            KeepsHeads = true,
            AttentionLayers = new HashSet<int>(Enumerable.Range(0, layers)),
            HiddenStates = new HashSet<int>(Enumerable.Range(0, layers + 1)),
        });
        Tensor features_RC = model.EncodeImages(encoded.Pieces[model.Config.Pictures]);
        Tensor ids_1T = tensor([.. encoded.TokenIds.Select(id => (long)id)]).unsqueeze(0);
        Tensor embeddings_1TC = model.Embed(ids_1T, tensor(encoded.ImageMask.ToArray()).unsqueeze(0), features_RC);
        Tensor final_1TC = model.Decode(embeddings_1TC, SequencePositions.Consecutive(1, encoded.TokenIds.Count), probe: probe)!;

        Assert.Equal((layers, layers + 1), (shown.Attention_HTT.Count, shown.Hidden_TC.Count));
        for (int layer = 0; layer < layers; layer++)
        {
            AssertClose(probe.HeadAttention[layer].squeeze(0), shown.Attention_HTT[layer]);
            AssertClose(probe.Hidden[layer + 1].squeeze(0), shown.Hidden_TC[layer + 1]);
        }

        TokenRoles roles = shown.Roles!;
        Assert.Equal(encoded.TokenIds.Count, roles.Tokens);
        Assert.Equal(model.Config.UsualPicture.Tokens, roles.Vision.Count);
        Assert.All(roles.Vision, position => Assert.True(encoded.ImageMask[position]));
        Assert.Equal(encoded.TokenIds.Skip(roles.LastPromptToken + 1), roles.AnswerTokens);
        Assert.Equal(Enumerable.Range(roles.LastPromptToken, roles.AnswerTokens.Count), roles.AnswerPositions);
        Assert.EndsWith("assistant\n", tokenizer.Decode([.. encoded.TokenIds.Take(roles.LastPromptToken + 1)]), StringComparison.Ordinal);
        AssertClose(model.Logits(final_1TC.squeeze(0).narrow(0, roles.LastPromptToken, roles.AnswerTokens.Count)), cat([.. shown.Logits_SV]));
        Assert.Equivalent(roles, observer.RolesOf(sample));
    }

    [Fact]
    public void Observe_KeptPicturesOrNot_TheSameProfile()
    {
        Sample sample = Samples()[0];
        using ModelObserver keeps = ModelObserver.Open(_world.Path("student"), _placement);
        using ModelObserver keepsNothing = ModelObserver.Open(_world.Path("student"), _placement, options: new ObserverOptions { KeptPictureBytes = 0 });
        SampleProfile first = SampleMeasurer.Measure(keeps, sample);
        SampleProfile again = SampleMeasurer.Measure(keeps, sample);
        SampleProfile other = SampleMeasurer.Measure(keepsNothing, sample);

        Assert.Equal("student", first.Model);
        foreach ((StudyKind study, double[] values) in first.Values)
        {
            Assert.True(values.SequenceEqual(again.Values[study]), $"{study} again");
            Assert.True(values.SequenceEqual(other.Values[study]), $"{study} without kept pictures");
        }
    }

    [Fact]
    public void Observe_Bfloat16_IsCloseToFloat32()
    {
        using ModelObserver wide = ModelObserver.Open(_world.Path("teacher"), _placement);
        using ModelObserver narrow = ModelObserver.Open(_world.Path("teacher"), _placement with { DType = ScalarType.BFloat16 });
        SampleProfile expected = SampleMeasurer.Measure(wide, Samples()[2]);
        SampleProfile actual = SampleMeasurer.Measure(narrow, Samples()[2]);

        Arrays.AssertClose(expected.Values[StudyKind.MapEntropy], actual.Values[StudyKind.MapEntropy], 0.02);
        Arrays.AssertClose(expected.Values[StudyKind.AdjacentCosine], actual.Values[StudyKind.AdjacentCosine], 0.02);
    }

    [Fact]
    public void Observe_WithoutAnswer_ShowsNoLogits()
    {
        using ModelObserver observer = ModelObserver.Open(_world.Path("student"), _placement);
        using Recorder shown = new();
        observer.Observe(Samples()[0] with { Answer = null }, shown);

        Assert.Empty(shown.Logits_SV);
        Assert.Equal(shown.Roles!.Tokens - 1, shown.Roles.LastPromptToken);
    }

    [Fact]
    public void Observe_SampleThatIsTooLong_IsRefusedByName()
    {
        ModelPreset tiny = ModelFamilies.FindPreset("tiny");
        _world.CreateModel("short", 3, tiny with { Config = tiny.Config with { Language = tiny.Config.Language with { MaxPositions = 16 } } });
        using ModelObserver observer = ModelObserver.Open(_world.Path("short"), _placement);
        using Recorder shown = new();

        InputException refused = Assert.Throws<InputException>(() => observer.Observe(Samples()[3], shown));
        Assert.Contains("sample 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("at most 16", refused.Message, StringComparison.Ordinal);
        Assert.Null(shown.Roles);
    }

    [Fact]
    public void Observe_ManySamples_LeavesNothingBehind()
    {
        using ModelObserver observer = ModelObserver.Open(_world.Path("student"), _placement);
        Run();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Run()
        {
            foreach (Sample sample in Samples())
            {
                Assert.Equal(observer.Layers, SampleMeasurer.Measure(observer, sample).Layers);
            }
        }
    }

    [Fact]
    public void Observe_GoldenTeacherOnDrivingRecords_EveryStudyHasItsCurve()
    {
        string folder = TestPaths.RequireShared("data", "drivelm-demo");
        IReadOnlyList<Sample> samples = RecordReader.Read(Path.Combine(folder, "train_sample.json"), new RecordReadOptions { ImageRoot = folder }).Samples;
        using ModelObserver observer = ModelObserver.Open(TestPaths.RequireShared("golden", "internvl", "teacher"), _placement);
        StudyAccumulator accumulator = new();
        Sample[] chosen = [.. Enum.GetValues<Capability>().SelectMany(capability => samples.Where(sample => sample.Capability == capability && sample.QuestionObjects.Count > 0).Take(3))];
        foreach (Sample sample in chosen)
        {
            SampleProfile profile = SampleMeasurer.Measure(observer, sample);
            Assert.Equal(sample.Images.Count * 16, profile.VisionTokens);
            Assert.All(profile.Values.Values.SelectMany(values => values), value => Assert.True(double.IsFinite(value)));
            Assert.All(profile.Values[StudyKind.TextToVisionMass], mass => Assert.InRange(mass, 0, 1));
            Assert.All(profile.Values[StudyKind.MapEntropy], entropy => Assert.InRange(entropy, 0, 1));
            Assert.DoesNotContain(Absence.NamedObject, profile.Absences);
            accumulator.Add(profile);
        }

        StudyResult result = accumulator.Finish();
        Assert.Equal(9, chosen.Length);
        Assert.Contains(chosen, sample => sample.QuestionObjects.Any(tag => tag.Box is not null));
        StudyKind[] withoutReference = [.. Enum.GetValues<StudyKind>().Where(study => study is not (StudyKind.MapCosineDistance or StudyKind.MapSquaredDistance))];
        Assert.Equal(withoutReference, result.Curves.Select(curve => curve.Study).Distinct().Order());
        Assert.Equal(observer.Layers + 1, result.Find("teacher", StudyKind.VisionTextCosine)!.Points.Count);
        Assert.Equal(observer.Layers, result.Find("teacher", StudyKind.TextToVisionMapDispersion, Capability.Planning)!.Points.Count);
    }

    private IReadOnlyList<Sample> Samples() =>
        RecordReader.Read(_world.Path("records.json"), new RecordReadOptions { ImageRoot = _world.Path("images") }).Samples;

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(expected.allclose(actual, rtol: 1e-4, atol: 1e-5));
    }

    private sealed class Recorder : ILayerVisitor, IDisposable
    {
        public TokenRoles? Roles { get; private set; }

        public List<Tensor> Hidden_TC { get; } = [];

        public List<Tensor> Attention_HTT { get; } = [];

        public List<Tensor> Logits_SV { get; } = [];

        public void Begin(TokenRoles roles) => Roles = roles;

        public void OnHidden(int index, Tensor hidden_TC) => Keep(Hidden_TC, hidden_TC);

        public void OnAttention(int layer, Tensor weights_HTT) => Keep(Attention_HTT, weights_HTT);

        public void OnAnswer(int first, Tensor logits_SV) => Keep(Logits_SV, logits_SV);

        public void Dispose() => Hidden_TC.Concat(Attention_HTT).Concat(Logits_SV).ToList().ForEach(tensor => tensor.Dispose());

        private static void Keep(List<Tensor> list, Tensor shown) => list.Add(shown.clone().DetachFromDisposeScope());
    }
}
