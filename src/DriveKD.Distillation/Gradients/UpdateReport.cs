using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Gradients;

/// <summary>How the gradients of one sample or window became one update.</summary>
/// <param name="Unweighted">Inner products of the task gradients as they were backpropagated.</param>
/// <param name="Gram">The same of the weighted gradients: loss weight times mixing share.</param>
/// <param name="Combination">The coefficients of the weighted gradients.</param>
/// <param name="Weights">Loss weight times mixing share, by task.</param>
internal sealed record UpdateReport(TaskGram Unweighted, TaskGram Gram, Combination Combination, IReadOnlyList<double> Weights)
{
    /// <summary>The tasks that took part.</summary>
    public IReadOnlyList<TrainingTask> Tasks => Gram.Tasks;
}
