using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Signals;

/// <remarks>Shapes: T tokens, C the student's channels, D the teacher's.</remarks>
public class HiddenStateTests
{
    [Theory]
    [InlineData("squared")]
    [InlineData("relative")]
    [InlineData("cosine")]
    public void Losses_TwoLayers_AreTheMeanOfDirectArithmeticWithItsSlopes(string distance)
    {
        const int tokens = 5;
        const int width = 4;
        using DisposeScope scope = NewDisposeScope();
        double[][] student = [RandomMaps.Values(1, tokens * width), RandomMaps.Values(2, tokens * width)];
        double[][] teacher = [RandomMaps.Values(3, tokens * width), RandomMaps.Values(4, tokens * width)];
        Tensor[] student_TC = [.. student.Select(values => values.ToTensor(tokens, width).requires_grad_())];
        Tensor[] teacher_TC = [.. teacher.Select(values => values.ToTensor(tokens, width))];

        Tensor loss = distance switch
        {
            "squared" => HiddenStateLosses.Squared(student_TC, teacher_TC),
            "relative" => HiddenStateLosses.Relative(student_TC, teacher_TC),
            _ => HiddenStateLosses.Cosine(student_TC, teacher_TC),
        };

        double expected = student.Zip(teacher).Average(layer => ReferenceLosses.Hidden(distance, layer.First, layer.Second, tokens));
        Assert.Equal(expected, loss.item<float>(), 1e-6);
        IList<Tensor> gradients = autograd.grad([loss], student_TC);
        for (int layer = 0; layer < 2; layer++)
        {
            double[] slopes = ReferenceLosses.Slopes(values => ReferenceLosses.Hidden(distance, values, teacher[layer], tokens) / 2, student[layer]);
            RandomMaps.AssertClose(slopes, gradients[layer].ToDoubles(), 1e-5, $"gradient of layer {layer}");
        }
    }

    [Fact]
    public void Loss_OtherWidth_GoesThroughItsMapAndReachesIt()
    {
        const int tokens = 3;
        SignalModel narrow = new(SignalWorld.Model(2).Config with { HiddenSize = 2 }, "student");
        SignalModel wide = new(SignalWorld.Model(2).Config with { HiddenSize = 4 }, "teacher");
        PerceptionSignalSettings settings = new() { Kind = SignalKind.HiddenStates };
        ISignal signal = SignalRegistry.Create(settings, Capability.Perception, narrow, wide);
        HiddenStateMapShape shape = Assert.Single(signal.Maps);
        Assert.Equal(new HiddenStateMapShape("hidden_state_maps.perception.layer_1", 4, 2), shape);
        using HiddenStateMaps maps = new(signal.Maps, new SeedStreams(5), CPU);
        using DisposeScope scope = NewDisposeScope();
        double[] student = RandomMaps.Values(1, tokens * 2);
        double[] teacher = RandomMaps.Values(2, tokens * 4);
        double[] map = maps.Parameters[shape.Name].ToDoubles();
        Tensor mask = zeros(1, tokens, ScalarType.Bool);
        Tensor student_1TC = student.ToTensor(1, tokens, 2).requires_grad_();
        using SignalTarget target = signal.TargetOf(SignalWorld.View([], [zeros(1, tokens, 4), teacher.ToTensor(1, tokens, 4)], mask, 0));

        Tensor loss = signal.Loss(SignalWorld.View([], [zeros(1, tokens, 2), student_1TC], mask, 0), target, maps);

        double Reference(double[] h, double[] w) => ReferenceLosses.Hidden("squared", Product(h, w, tokens), teacher, tokens);
        Assert.Equal(Reference(student, map), loss.item<float>(), 1e-6);
        IList<Tensor> gradients = autograd.grad([loss], [student_1TC, maps.Parameters[shape.Name]]);
        RandomMaps.AssertClose(ReferenceLosses.Slopes(h => Reference(h, map), student), gradients[0].ToDoubles(), 1e-5, "states");
        RandomMaps.AssertClose(ReferenceLosses.Slopes(w => Reference(student, w), map), gradients[1].ToDoubles(), 1e-5, "map");
    }

    [Fact]
    public void Create_SameWidth_NeedsNoMap() => Assert.Empty(SignalRegistry.Create(
        new ReasoningSignalSettings { Kind = SignalKind.HiddenStates }, Capability.Reasoning, SignalWorld.Model(4), SignalWorld.Model(6)).Maps);

    [Fact]
    public void Maps_SameSeed_AreTheSameAndOfTheExpectedSpread()
    {
        HiddenStateMapShape[] shapes = [new("b", 300, 100), new("a", 300, 100)];
        using HiddenStateMaps first = new(shapes, new SeedStreams(1), CPU);
        using HiddenStateMaps second = new(shapes.Reverse(), new SeedStreams(1), CPU);
        using HiddenStateMaps other = new(shapes, new SeedStreams(2), CPU);
        Assert.Equal(["a", "b"], first.Parameters.Keys);
        Assert.Equal(first.Parameters["a"].ToDoubles(), second.Parameters["a"].ToDoubles());
        Assert.NotEqual(first.Parameters["a"].ToDoubles(), first.Parameters["b"].ToDoubles());
        Assert.NotEqual(first.Parameters["a"].ToDoubles(), other.Parameters["a"].ToDoubles());
        double[] values = first.Parameters["a"].ToDoubles();
        Assert.Equal(0, values.Average(), 0.002);
        Assert.Equal(0.1, Math.Sqrt(values.Average(value => value * value)), 0.001);
        Assert.True(first.Parameters["a"].requires_grad);
        Assert.Equal([300L, 100L], first.Parameters["a"].shape);
    }

    [Fact]
    public void Maps_Disposed_LeaveNoTensorBehind()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (new HiddenStateMaps([new HiddenStateMapShape("a", 3, 2)], new SeedStreams(1), CPU))
        {
            Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>h W^T by loops: h [T, C], W [D, C].</summary>
    private static double[] Product(double[] h, double[] w, int tokens)
    {
        int c = h.Length / tokens;
        int d = w.Length / c;
        return [.. Enumerable.Range(0, tokens * d).Select(i => Enumerable.Range(0, c).Sum(k => h[(i / d * c) + k] * w[(i % d * c) + k]))];
    }
}
