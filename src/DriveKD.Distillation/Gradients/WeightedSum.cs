using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Gradients;

/// <summary>
/// The plain combination: the update is the weighted sum of the task gradients. The gradient of a weighted sum is that sum, so
/// one backward pass gives it.
/// </summary>
internal static class WeightedSum
{
    /// <summary>Adds the combined gradient of one sample to the parameters' gradients.</summary>
    /// <param name="losses">At least one.</param>
    /// <param name="scale">The sample's share of its accumulation window.</param>
    public static void Accumulate(IReadOnlyList<TaskLoss> losses, double scale)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor total = Weighted(losses[0], scale);
        foreach (TaskLoss loss in losses.Skip(1))
        {
            total = total.Plus(Weighted(loss, scale));
        }

        total.backward();
    }

    private static Tensor Weighted(TaskLoss loss, double scale)
    {
        using Scalar factor = Scalars.Own(loss.Weight * scale);
        return loss.Value.mul(factor);
    }
}
