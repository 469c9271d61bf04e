using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Weighting;

/// <summary>
/// The weight of each task's loss, as it stands now. For every sample: <see cref="Feed"/>, then read the weights; at the end of a
/// window, after the optimizer has moved: <see cref="Observe"/>. What is saved holds between windows, not inside one.
/// </summary>
internal interface ILossWeighting : IResumable
{
    /// <summary>The task's present weight; 0 for a task that is off.</summary>
    /// <param name="task">The task.</param>
    double this[TrainingTask task] { get; }

    /// <summary>Whether the next sample's gradient norms will be used. May turn false for the rest of the run.</summary>
    bool NeedsGradientNorms { get; }

    /// <summary>Tells of one sample before the weights are read for it, so that a weight that is measured holds from the first sample on.</summary>
    /// <param name="sample">With gradient norms where they were asked for.</param>
    void Feed(MicroStepStatistics sample);

    /// <summary>Tells of a whole window, its samples fed before or not, once per optimizer step.</summary>
    /// <param name="window">With gradient norms where they were asked for.</param>
    void Observe(WindowStatistics window);
}
