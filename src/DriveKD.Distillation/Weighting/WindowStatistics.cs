using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Weighting;

/// <summary>What the samples of one accumulation window showed.</summary>
/// <param name="MicroSteps">One per sample, at least one.</param>
internal sealed record WindowStatistics(IReadOnlyList<MicroStepStatistics> MicroSteps)
{
    /// <summary>The tasks that took part in at least one sample, supervision first.</summary>
    public IReadOnlyList<TrainingTask> Tasks => [.. TrainingTasks.All.Where(task => MicroSteps.Any(step => step.Losses.ContainsKey(task)))];

    /// <summary>The mean loss over all samples of the window; a sample without the task counts 0, as in the authors' trainer.</summary>
    /// <param name="task">The task.</param>
    public double MeanLoss(TrainingTask task) => Losses(task).Sum() / MicroSteps.Count;

    /// <summary>The mean norm over all samples of the window; a sample without the task counts 0, as in the authors' trainer.</summary>
    /// <param name="task">The task.</param>
    public double MeanGradientNorm(TrainingTask task) => MicroSteps.Sum(step => step.GradientNorms.GetValueOrDefault(task)) / MicroSteps.Count;

    /// <summary>The mean loss over the samples in which the task took part.</summary>
    /// <param name="task">One of <see cref="Tasks"/>.</param>
    public double MeanLossWherePresent(TrainingTask task) => Losses(task).Average();

    private IEnumerable<double> Losses(TrainingTask task) =>
        MicroSteps.Where(step => step.Losses.ContainsKey(task)).Select(step => step.Losses[task]);
}
