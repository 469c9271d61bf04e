using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Training;

/// <summary>What saves memory leaves the gradients as they are, or within the error that it states.</summary>
public sealed class MemorySaverTests : IDisposable
{
    private static readonly string[] _plain = ["weighting.kind=static"];

    private readonly DistillationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("gradients={method: agp, per: sample}")]
    [InlineData("gradients={method: agp, per: window}")]
    [InlineData("gradients={method: agp, per: sample, support: reached}")]
    public void ActivationCheckpointing_GivesTheSameCombinedGradient(string gradients) =>
        AssertClose(Window(gradients), Window(gradients, "train.activation_checkpointing=true"), 1e-5);

    [Theory]
    [InlineData("sample")]
    [InlineData("window")]
    public void KeptInBfloat16_CombinedGradientIsWithinTheStatedError(string per)
    {
        IReadOnlyDictionary<string, float[]> exact = Window($"gradients={{method: sum-per-capability, per: {per}}}", "log.measure_every=1");
        IReadOnlyDictionary<string, float[]> rounded = Window($"gradients={{method: sum-per-capability, per: {per}, kept: bfloat16}}", "log.measure_every=1");

        Assert.Contains(exact, entry => !entry.Value.SequenceEqual(rounded[entry.Key]));
        AssertClose(exact, rounded, 0.004);
    }

    [Fact]
    public void Backpropagate_KeptInBfloat16_TakesHalfTheMemory_AndNoNumberIsFurtherOffThanStated()
    {
        using DisposeScope scope = NewDisposeScope();
        using Parameter parameter = new(rand(1000));
        UpdateParameters parameters = new([parameter]);
        TaskLoss loss = new(TrainingTask.Supervision, parameter.mul(parameter).mul(randn(1000)).sum());
        using TaskGradients exact = TaskGradients.Backpropagate([loss], parameters, keepsGraph: true);
        using TaskGradients rounded = TaskGradients.Backpropagate([loss], parameters, kept: KeptGradients.Bfloat16);
        Tensor expected = exact.Of(TrainingTask.Supervision, 0)!;
        Tensor actual = rounded.Of(TrainingTask.Supervision, 0)!;

        Assert.Equal(ScalarType.BFloat16, actual.dtype);
        Assert.True(expected.sub(actual.@float()).abs().le(expected.abs().mul(0.004)).all().item<bool>());
    }

    private IReadOnlyDictionary<string, float[]> Window(params string[] overrides)
    {
        using StepWorld world = new(_fixture, [.. _plain, .. overrides]);
        return world.RunWindow([.. world.Samples.Select(sample => new[] { sample })], measures: true);
    }

    private static void AssertClose(IReadOnlyDictionary<string, float[]> expected, IReadOnlyDictionary<string, float[]> actual, double tolerance)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string name, float[] vector) in expected)
        {
            double norm = Math.Sqrt(vector.Sum(value => (double)value * value));
            double difference = Math.Sqrt(vector.Zip(actual[name], (a, b) => ((double)a - b) * ((double)a - b)).Sum());
            Assert.True(difference <= (tolerance * norm) + 1e-12, $"{name}: off by {difference:e2} of {norm:e2}");
        }
    }
}
