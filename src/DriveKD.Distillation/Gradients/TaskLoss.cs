using DriveKD.Distillation.Training;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Gradients;

/// <summary>One task's loss of one sample, with the factor its gradient enters the update with.</summary>
/// <remarks>The tensor belongs to the step's dispose scope.</remarks>
/// <param name="task">The task.</param>
/// <param name="value">A scalar with gradient history.</param>
/// <param name="weight">Task weight times mixing weight.</param>
internal sealed class TaskLoss(TrainingTask task, Tensor value, double weight)
{
    public TrainingTask Task { get; } = task;

    public Tensor Value { get; } = value;

    public double Weight { get; } = weight;
}
