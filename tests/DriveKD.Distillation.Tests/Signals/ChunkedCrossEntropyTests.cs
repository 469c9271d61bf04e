using DriveKD.Distillation.Signals;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Signals;

public class ChunkedCrossEntropyTests
{
    [Theory]
    [InlineData(1, ScalarType.Float32)]
    [InlineData(7, ScalarType.Float32)]
    [InlineData(64, ScalarType.Float32)]
    [InlineData(7, ScalarType.BFloat16)]
    public void Of_AnyPieceSize_EqualsTheExplicitLossInValueAndGradient(int pieceSize, ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor states = RandomMaps.Values(1, 4 * 5, 4).ToTensor(4, 5).to_type(dtype).requires_grad_();
        Tensor head = RandomMaps.Values(2, 23 * 5, 4).ToTensor(23, 5).to_type(dtype).requires_grad_();
        Tensor targets = tensor(new long[] { 0, 22, 7, 7 });

        Tensor loss = ChunkedCrossEntropy.Of(states, head, targets, pieceSize);
        Tensor expected = Supervision.CrossEntropy(states.to_type(ScalarType.Float32).matmul(head.to_type(ScalarType.Float32).t()), targets);

        Assert.Equal(expected.item<float>(), loss.item<float>(), 2e-6);
        IList<Tensor> references = autograd.grad([expected], [states, head]);
        // Twice from one graph: nothing is used up.
        autograd.grad([loss], [states, head], retain_graph: true);
        IList<Tensor> gradients = autograd.grad([loss], [states, head]);
        double tolerance = dtype == ScalarType.Float32 ? 1e-5 : 1.0 / 256;
        RandomMaps.AssertClose(references[0].ToDoubles(), gradients[0].ToDoubles(), tolerance, "states");
        RandomMaps.AssertClose(references[1].ToDoubles(), gradients[1].ToDoubles(), tolerance, "head");
    }

    [Fact]
    public void Of_ForwardAndBackward_LeaveNoTensorBehind()
    {
        using Tensor states = ones(2, 3);
        using Tensor head = ones([4, 3], requires_grad: true);
        using Tensor targets = tensor(new long[] { 1, 3 });
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (DisposeScope scope = NewDisposeScope())
        {
            autograd.grad([ChunkedCrossEntropy.Of(states, head, targets, 3)], [head]);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Of_TargetsOfAnotherCount_SaysHowMany()
    {
        using DisposeScope scope = NewDisposeScope();
        ArgumentException exception = Assert.Throws<ArgumentException>(() => ChunkedCrossEntropy.Of(ones(2, 3), ones(4, 3), tensor(new long[] { 1 })));
        Assert.Contains("2 targets", exception.Message, StringComparison.Ordinal);
    }
}
