using DriveKD.Distillation.Signals;
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
}
