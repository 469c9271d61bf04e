using DriveKD.Distillation.Benchmarking;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Signals;

public class SupervisionTests
{
    [Fact]
    public void Shift_LabelsBehindAPrompt_PairsEachPositionWithTheNextLabel()
    {
        (long[] positions, long[] targets) = Supervision.Shift([-100, -100, 7, 8, -100, 9]);
        Assert.Equal([1, 2, 4], positions);
        Assert.Equal([7, 8, 9], targets);
    }

    [Fact]
    public void Shift_FirstLabelSupervised_HasNoPositionThatPredictsIt()
    {
        (long[] positions, long[] targets) = Supervision.Shift([5, 6]);
        Assert.Equal([0], positions);
        Assert.Equal([6], targets);
    }

    [Fact]
    public void CrossEntropy_Bfloat16Logits_IsComputedInFloat32()
    {
        using Tensor logits = tensor(new float[] { 0, 0, 0, 0 }).reshape(1, 4).to_type(ScalarType.BFloat16);
        using Tensor targets = tensor(new long[] { 2 });
        using Tensor loss = Supervision.CrossEntropy(logits, targets);
        Assert.Equal(ScalarType.Float32, loss.dtype);
        Assert.Equal(Math.Log(4), loss.item<float>(), 6);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(2, 3, 1)]
    public void CrossEntropyOfEach_LogitsNeverHeld_EqualsThoseHeld_GradientsToo(params int[] counts)
    {
        using BenchModels models = BenchModels.Create(new BenchSettings { Shape = BenchShape.Find("tiny") }, new Placement(CPU, ScalarType.Float32), CancellationToken.None);
        using DisposeScope scope = NewDisposeScope();
        models.Student.HeadWeight.requires_grad_();
        Tensor states = RandomMaps.Values(3, 6 * 64, 2).ToTensor(6, 64).requires_grad_();
        Tensor targets = tensor(new long[] { 0, 1023, 7, 7, 512, 3 });
        Tensor factors = tensor([.. counts.Select((_, i) => i + 1f)]);

        Tensor held = Supervision.CrossEntropyOfEach(states, models.Student, targets, counts, mostLogits: 1e9);
        Tensor pieces = Supervision.CrossEntropyOfEach(states, models.Student, targets, counts, mostLogits: 0);

        Assert.Equal([counts.Length], pieces.shape);
        RandomMaps.AssertClose(held.ToDoubles(), pieces.ToDoubles(), 1e-5, "losses");
        IList<Tensor> expected = autograd.grad([held.dot(factors)], [states, models.Student.HeadWeight]);
        IList<Tensor> actual = autograd.grad([pieces.dot(factors)], [states, models.Student.HeadWeight]);
        RandomMaps.AssertClose(expected[0].ToDoubles(), actual[0].ToDoubles(), 1e-5, "states");
        RandomMaps.AssertClose(expected[1].ToDoubles(), actual[1].ToDoubles(), 1e-5, "head");
    }
}
