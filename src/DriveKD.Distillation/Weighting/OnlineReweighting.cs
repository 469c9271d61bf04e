using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Weighting;

/// <summary>
/// The authors' online reweighting, close to GradNorm (Chen and others, 2018): weights w = softplus(a) are learned by an AdamW of their
/// own so that each task's weighted gradient norm keeps its static share (<see cref="ReweightingStep"/>). After each step the weights
/// of the tasks seen are rescaled to the sum of their static weights, kept within 1e-6 and 1e6, supervision above its floor, and
/// written back into a; AdamW's moments stay. A window with fewer than two losses changes nothing.
/// </summary>
internal sealed class OnlineReweighting : ILossWeighting
{
    private const double Least = 1e-6;
    private const double Most = 1e6;

    // Added to softplus in the authors' trainer.
    private const double Offset = 1e-8;

    private readonly IReadOnlyDictionary<TrainingTask, double> _static;
    private readonly WeightingSettings _settings;
    private readonly bool _overflowsLargeWeights;
    private readonly ScalarAdamW _optimizer;
    private readonly Dictionary<TrainingTask, double> _raw;
    private readonly Dictionary<TrainingTask, double> _firstLosses = [];

    /// <param name="settings">Rate, alpha and the floor of supervision.</param>
    /// <param name="weights">Where the weights start and which shares they keep.</param>
    /// <param name="overflowsLargeWeights">
    /// As released: a is log(exp(w) - 1) in float32, which overflows from about 88.7 on; such a weight becomes 1e6.
    /// </param>
    public OnlineReweighting(WeightingSettings settings, LossWeights weights, bool overflowsLargeWeights)
    {
        (_settings, _overflowsLargeWeights) = (settings, overflowsLargeWeights);
        _static = TaskWeights.ByTask(weights);
        _optimizer = new ScalarAdamW(settings.LearningRate);
        _raw = _static.ToDictionary(entry => entry.Key, entry => ToRaw(Math.Max(entry.Value, Least)));
    }

    public bool NeedsGradientNorms => true;

    /// <summary>a of each task that is on, for verification.</summary>
    public IReadOnlyDictionary<TrainingTask, double> Raw => _raw;

    /// <summary>The first mean loss of each task seen, for verification.</summary>
    public IReadOnlyDictionary<TrainingTask, double> FirstLosses => _firstLosses;

    public double this[TrainingTask task] => _raw.TryGetValue(task, out double raw) ? ToWeight(task, raw) : 0;

    public void Feed(MicroStepStatistics sample)
    {
        // Weights move once per window.
    }

    public void Observe(WindowStatistics window) => Step(window);

    /// <summary>Moves the weights.</summary>
    /// <returns>The numbers on the way; null where the window showed fewer than two tasks with weight.</returns>
    public ReweightingStep? Step(WindowStatistics window)
    {
        TrainingTask[] tasks = [.. window.Tasks.Where(_raw.ContainsKey)];
        if (tasks.Length < 2)
        {
            return null;
        }

        foreach (TrainingTask task in tasks)
        {
            _firstLosses.TryAdd(task, window.MeanLoss(task));
        }

        ReweightingStep step = ReweightingStep.Of(window, tasks, task => this[task], _static, _firstLosses, _settings.Alpha);
        foreach (TrainingTask task in tasks)
        {
            _raw[task] = _optimizer.Step(task, _raw[task], step.Gradients[task] * Slope(task));
        }

        double scale = tasks.Sum(task => _static[task]) / tasks.Sum(task => this[task]);
        Dictionary<TrainingTask, double> newWeights = tasks.ToDictionary(task => task, task => Limit(task, this[task] * scale));
        foreach ((TrainingTask task, double weight) in newWeights)
        {
            _raw[task] = ToRaw(weight);
        }

        return step with { NewWeights = newWeights };
    }

    /// <summary>The derivative of a task's weight with respect to its a: 0 where a limit holds the weight.</summary>
    public double Slope(TrainingTask task)
    {
        double free = Softplus.Of(_raw[task]) + Offset;
        return free == Limit(task, free) ? Softplus.Slope(_raw[task]) : 0;
    }

    public IReadOnlyDictionary<string, double> Save()
    {
        Dictionary<string, double> state = [];
        foreach ((TrainingTask task, double raw) in _raw)
        {
            state.Add(TaskWeights.NameOf("raw", task), raw);
        }

        foreach ((TrainingTask task, double loss) in _firstLosses)
        {
            state.Add(TaskWeights.NameOf("first_loss", task), loss);
        }

        _optimizer.Save(state);
        return state;
    }

    public void Restore(IReadOnlyDictionary<string, double> state)
    {
        _firstLosses.Clear();
        foreach (TrainingTask task in _static.Keys)
        {
            _raw[task] = state.Saved("raw", task);
            if (state.ContainsKey(TaskWeights.NameOf("first_loss", task)))
            {
                _firstLosses.Add(task, state.Saved("first_loss", task));
            }
        }

        _optimizer.Restore(state);
    }

    private double ToWeight(TrainingTask task, double raw) => Limit(task, Softplus.Of(raw) + Offset);

    private double Limit(TrainingTask task, double weight)
    {
        double limited = Math.Clamp(weight, Least, Most);
        return task == TrainingTask.Supervision ? Math.Max(limited, _settings.MinimumSupervision) : limited;
    }

    private double ToRaw(double weight) =>
        _overflowsLargeWeights && Math.Exp(weight) - 1 > float.MaxValue ? double.PositiveInfinity : Softplus.Inverse(weight);
}
