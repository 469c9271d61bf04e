using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Weighting;

/// <summary>The recipe's weights, from beginning to end.</summary>
/// <param name="weights">The recipe's weights.</param>
internal sealed class StaticWeighting(LossWeights weights) : ILossWeighting
{
    private readonly IReadOnlyDictionary<TrainingTask, double> _weights = TaskWeights.ByTask(weights);

    public bool NeedsGradientNorms => false;

    public double this[TrainingTask task] => _weights.GetValueOrDefault(task);

    public void Feed(MicroStepStatistics sample)
    {
        // Nothing is measured.
    }

    public void Observe(WindowStatistics window)
    {
        // Nothing is learned.
    }

    public IReadOnlyDictionary<string, double> Save() => new Dictionary<string, double>();

    public void Restore(IReadOnlyDictionary<string, double> state)
    {
        // Nothing is remembered.
    }
}
