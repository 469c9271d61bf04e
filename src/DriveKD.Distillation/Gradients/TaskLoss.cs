using DriveKD.Distillation.Training;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Gradients;

/// <summary>One task's loss, to be differentiated.</summary>
/// <remarks>The tensor belongs to the step's dispose scope.</remarks>
/// <param name="task">The task.</param>
/// <param name="value">A scalar with gradient history; null for a task that is present with a gradient of zero.</param>
internal sealed class TaskLoss(TrainingTask task, Tensor? value)
{
    public TrainingTask Task { get; } = task;

    public Tensor? Value { get; } = value;
}
