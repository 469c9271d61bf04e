using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Weighting;

/// <summary>What one sample showed of the tasks that took part in it.</summary>
internal sealed record MicroStepStatistics
{
    /// <summary>Each task's loss as it is, without weight and scale.</summary>
    public required IReadOnlyDictionary<TrainingTask, double> Losses { get; init; }

    /// <summary>
    /// The norm of each task's gradient as it was backpropagated: with the window's scale of one over its samples, without task weight
    /// and mixing share. Empty where nobody asked for norms.
    /// </summary>
    public IReadOnlyDictionary<TrainingTask, double> GradientNorms { get; init; } = new Dictionary<TrainingTask, double>();
}
