using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Gradients;

public sealed class TaskGradientsTests
{
    [Fact]
    public void AddTo_Releasing_AddsTheSameAndHoldsNothing()
    {
        using Parameter weight = new(tensor([1f, -2f, 3f]), requires_grad: true);
        UpdateParameters parameters = new([weight]);

        float[] kept = Update(parameters, weight, releases: false);
        long handles = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        float[] released = Update(parameters, weight, releases: true);

        // d/dw of sum(w^2) is 2 w, of sum(w) it is 1; their sum.
        Assert.Equal([3f, -3f, 7f], kept);
        Assert.Equal(kept, released);
        Assert.Equal(handles, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static float[] Update(UpdateParameters parameters, Parameter weight, bool releases)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using TaskGradients gradients = TaskGradients.Backpropagate(
            [new TaskLoss(TrainingTask.Supervision, weight.mul(weight).sum()), new TaskLoss(TrainingTask.Perception, weight.sum())], parameters);
        Assert.True(gradients.TryGram(out TaskGram? gram, out _));
        using GradientSum sum = new(1);
        gradients.AddTo(sum, gram, Combination.Same(gram, [1, 1]), [1, 1], releases);
        Assert.Equal(releases, gradients.Of(TrainingTask.Supervision, 0) is null);
        return sum[0]!.data<float>().ToArray();
    }
}
