using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Weighting;

/// <summary>
/// Weights by the tasks' own noise (Kendall, Gal and Cipolla, 2018): w = exp(-s), started at the static weights; one AdamW step per
/// window on the sum of exp(-s) L + s over the tasks seen, L the mean loss over the samples in which the task took part. A weight comes
/// to rest at 1 / L.
/// </summary>
internal sealed class UncertaintyWeighting : ILossWeighting
{
    private readonly ScalarAdamW _optimizer;
    private readonly Dictionary<TrainingTask, double> _logVariances;

    /// <param name="settings">The rate.</param>
    /// <param name="weights">Where the weights start.</param>
    public UncertaintyWeighting(WeightingSettings settings, LossWeights weights)
    {
        _optimizer = new ScalarAdamW(settings.LearningRate);
        _logVariances = TaskWeights.ByTask(weights).ToDictionary(entry => entry.Key, entry => -Math.Log(entry.Value));
    }

    public bool NeedsGradientNorms => false;

    public double this[TrainingTask task] => _logVariances.TryGetValue(task, out double logVariance) ? Math.Exp(-logVariance) : 0;

    public void Feed(MicroStepStatistics sample)
    {
        // Weights move once per window.
    }

    public void Observe(WindowStatistics window)
    {
        foreach (TrainingTask task in window.Tasks.Where(_logVariances.ContainsKey))
        {
            double gradient = 1 - (this[task] * window.MeanLossWherePresent(task));
            _logVariances[task] = _optimizer.Step(task, _logVariances[task], gradient);
        }
    }

    public IReadOnlyDictionary<string, double> Save()
    {
        Dictionary<string, double> state = [];
        foreach ((TrainingTask task, double logVariance) in _logVariances)
        {
            state.Add(TaskWeights.NameOf("log_variance", task), logVariance);
        }

        _optimizer.Save(state);
        return state;
    }

    public void Restore(IReadOnlyDictionary<string, double> state)
    {
        foreach (TrainingTask task in _logVariances.Keys.ToArray())
        {
            _logVariances[task] = state.Saved("log_variance", task);
        }

        _optimizer.Restore(state);
    }
}
