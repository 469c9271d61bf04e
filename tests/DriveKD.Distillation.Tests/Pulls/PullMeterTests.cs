using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Pulls;
using DriveKD.Distillation.Tests.Training;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Pulls;

public sealed class PullMeterTests : IDisposable
{
    // Relative: sums of squares in other orders.
    private const double Tolerance = 1e-4;

    private readonly DistillationFixture _fixture = new();
    private readonly VisionLanguageModel _student;
    private readonly VisionLanguageModel _teacher;
    private readonly PullMeter _meter;

    public PullMeterTests()
    {
        Placement placement = new(CPU, ScalarType.Float32);
        (_student, _teacher) = (ModelLoader.Load(_fixture.Path("student"), placement), ModelLoader.Load(_fixture.Path("teacher"), placement));
        _meter = new PullMeter(
            _student, _teacher, new SampleEncoder(BpeTokenizer.Load(_fixture.Path("student")), [_student.Config.Pictures]));
    }

    public void Dispose()
    {
        _meter.Dispose();
        _student.Dispose();
        _teacher.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void Measure_PublishedPerceptionSignal_PullsAsTrainingSaysItDoes()
    {
        using StepWorld supervised = new(_fixture, Weights("supervision"));
        using StepWorld followed = new(_fixture, [.. Weights("perception"), "distillation.mixing.perception={perception: 1, reasoning: 0, planning: 0}"]);
        EncodedSample sample = supervised.Samples[0];
        IReadOnlyDictionary<string, float[]> plain = supervised.RunWindow([[sample]]);
        IReadOnlyDictionary<string, float[]> pull = followed.RunWindow([[followed.Samples[0]]]);
        double loss = followed.Losses(followed.Samples[0])[TrainingTask.Perception];

        SignalPull found = Assert.Single(_meter.Measure(sample.Source, [PullCandidate.Attention(AttentionMapKind.TextToVision, 1, 1)]));

        Assert.Equal(loss, found.Loss, Tolerance * loss);
        Assert.Equal(Norm(pull) / Norm(plain), found.Gradient, Tolerance * found.Gradient);
        Assert.Equal(Inner(plain, pull) / (Norm(plain) * Norm(pull)), found.Cosine, Tolerance);
    }

    [Theory]
    [InlineData("logits")]
    [InlineData("hidden-states")]
    public void Measure_OtherKindsOfSignals_PullAsTrainingSaysTheyDo(string kind)
    {
        string[] keys = [.. Weights("perception"), "distillation.mixing.perception={perception: 1, reasoning: 0, planning: 0}", $"distillation.signals.perception.kind={kind}"];
        using StepWorld supervised = new(_fixture, Weights("supervision"));
        using StepWorld followed = new(_fixture, keys);
        IReadOnlyDictionary<string, float[]> plain = supervised.RunWindow([[supervised.Samples[0]]]);
        IReadOnlyDictionary<string, float[]> pull = followed.RunWindow([[followed.Samples[0]]]);

        SignalPull found = Assert.Single(_meter.Measure(supervised.Samples[0].Source, [kind == "logits" ? PullCandidate.Logits : PullCandidate.States(1, 1)]));

        Assert.Equal(Norm(pull) / Norm(plain), found.Gradient, Tolerance * found.Gradient);
        Assert.Equal(Inner(plain, pull) / (Norm(plain) * Norm(pull)), found.Cosine, Tolerance);
    }

    [Fact]
    public void Measure_Twice_IsTheSameAndLeavesNothingBehind()
    {
        using StepWorld world = new(_fixture);
        IReadOnlyList<PullCandidate> every = _meter.EveryCandidate((layer, _, own) => Math.Min(layer, own));
        // Both kinds of maps and the states of each layer, and the logits.
        Assert.Equal((3 * _teacher.Config.Language.Layers) + 1, every.Count);

        IReadOnlyList<SignalPull> first = _meter.Measure(world.Samples[1].Source, every);
        long handles = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        IReadOnlyList<SignalPull> again = _meter.Measure(world.Samples[1].Source, every);

        Assert.Equal(first, again);
        Assert.Equal(handles, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.All(_student.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.Contains(first, pull => pull.Gradient > 0);
        Assert.All(first, pull => Assert.InRange(pull.Cosine, -1, 1));
    }

    [Fact]
    public void Measure_SampleWithoutPictures_LeavesPictureSignalsOut()
    {
        using StepWorld world = new(_fixture);

        IReadOnlyList<SignalPull> pulls = _meter.Measure(
            world.WithoutPictures.Source, [PullCandidate.Attention(AttentionMapKind.TextToVision, 1, 1), PullCandidate.Attention(AttentionMapKind.Full, 1, 1)]);

        Assert.Equal(AttentionMapKind.Full, Assert.Single(pulls).Candidate.Map);
    }

    [Fact]
    public void Measure_SampleWithoutAnswer_IsNamed()
    {
        using StepWorld world = new(_fixture);
        Sample sample = world.Samples[0].Source with { Answer = null };

        Assert.Contains("no answer", Assert.Throws<InputException>(() => _meter.Measure(sample, [])).Message, StringComparison.Ordinal);
    }

    private static string[] Weights(string task)
    {
        string weights = string.Join(", ", ((string[])["supervision", "perception", "reasoning", "planning"]).Select(name => $"{name}: {(name == task ? 1 : 0)}"));
        return [$"distillation.weights={{{weights}}}", "weighting.kind=static", "gradients.method=sum"];
    }

    private static double Norm(IReadOnlyDictionary<string, float[]> gradient) => Math.Sqrt(Inner(gradient, gradient));

    private static double Inner(IReadOnlyDictionary<string, float[]> first, IReadOnlyDictionary<string, float[]> second) =>
        first.Where(entry => second.ContainsKey(entry.Key)).Sum(entry => entry.Value.Zip(second[entry.Key], (a, b) => (double)a * b).Sum());
}
