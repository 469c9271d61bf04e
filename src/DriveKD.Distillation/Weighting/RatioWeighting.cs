using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Weighting;

/// <summary>
/// Weights given as a ratio of gradients: a signal's weighted gradient is <c>ratio</c> times as long as supervision's. The weight is
/// ratio x (weight of supervision) x (sum of supervision's norms) / (sum of the signal's norms), over the samples in which the signal
/// took part during the first <c>measure_steps</c> optimizer steps that had such a sample; until then over the samples so far, the
/// present one included. Afterwards it is held, or follows the measurement of each later window by a share. The static weights say
/// which tasks are on, and stand in where a signal has no gradient.
/// </summary>
internal sealed class RatioWeighting : ILossWeighting
{
    // Below this share of supervision's gradient a signal's is rounding noise: student and teacher agree.
    private const double NoiseShare = 1e-12;

    private readonly IReadOnlyDictionary<TrainingTask, double> _static;
    private readonly WeightingSettings _settings;
    private readonly Dictionary<TrainingTask, Estimate> _estimates = [];
    private readonly List<MicroStepStatistics> _open = [];

    /// <param name="settings">The ratio, how long it is measured, and how it follows.</param>
    /// <param name="weights">That of supervision is above 0.</param>
    public RatioWeighting(WeightingSettings settings, LossWeights weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weights.Supervision);
        (_settings, _static) = (settings, TaskWeights.ByTask(weights));
        foreach (TrainingTask task in Signals)
        {
            _estimates.Add(task, default);
        }
    }

    public bool NeedsGradientNorms => _settings.Follow > 0 || _estimates.Values.Any(estimate => estimate.Windows < _settings.MeasureSteps);

    public double this[TrainingTask task]
    {
        get
        {
            if (!_estimates.TryGetValue(task, out Estimate estimate))
            {
                return _static.GetValueOrDefault(task);
            }

            double quotient = estimate.Windows < _settings.MeasureSteps ? (estimate.Sums + Sums.Of(task, _open)).Quotient : estimate.Quotient;
            return quotient > 0 ? _settings.Ratio * _static[TrainingTask.Supervision] * quotient : _static[task];
        }
    }

    private IEnumerable<TrainingTask> Signals => _static.Keys.Where(task => task != TrainingTask.Supervision);

    public void Feed(MicroStepStatistics sample) => _open.Add(sample);

    public void Observe(WindowStatistics window)
    {
        _open.Clear();
        foreach (TrainingTask task in Signals)
        {
            Sums sums = Sums.Of(task, window.MicroSteps);
            if (sums.Samples > 0)
            {
                _estimates[task] = Next(_estimates[task], sums);
            }
        }
    }

    public IReadOnlyDictionary<string, double> Save()
    {
        Dictionary<string, double> state = [];
        foreach ((TrainingTask task, Estimate estimate) in _estimates)
        {
            state.Add(TaskWeights.NameOf("windows", task), estimate.Windows);
            state.Add(TaskWeights.NameOf("samples", task), estimate.Sums.Samples);
            state.Add(TaskWeights.NameOf("supervision_norms", task), estimate.Sums.Supervision);
            state.Add(TaskWeights.NameOf("signal_norms", task), estimate.Sums.Signal);
            state.Add(TaskWeights.NameOf("quotient", task), estimate.Quotient);
        }

        return state;
    }

    public void Restore(IReadOnlyDictionary<string, double> state)
    {
        _open.Clear();
        foreach (TrainingTask task in Signals)
        {
            _estimates[task] = new Estimate(
                new Sums(state.Saved("samples", task), state.Saved("supervision_norms", task), state.Saved("signal_norms", task)),
                state.Saved("windows", task),
                state.Saved("quotient", task));
        }
    }

    private Estimate Next(Estimate estimate, Sums window)
    {
        if (estimate.Windows < _settings.MeasureSteps)
        {
            Sums sums = estimate.Sums + window;
            return new Estimate(sums, estimate.Windows + 1, sums.Quotient);
        }

        // A signal that showed no gradient so far starts at its first measurement; a window without one says nothing.
        double now = window.Quotient;
        double follow = estimate.Quotient > 0 ? _settings.Follow : Math.Sign(_settings.Follow);
        return now > 0 ? estimate with { Quotient = estimate.Quotient + (follow * (now - estimate.Quotient)) } : estimate;
    }

    /// <summary>What is known of a signal.</summary>
    /// <param name="Sums">Over the windows measured.</param>
    /// <param name="Windows">Windows measured, at most measure_steps.</param>
    /// <param name="Quotient">Supervision's norm over the signal's; 0 where the signal has no gradient.</param>
    private readonly record struct Estimate(Sums Sums, double Windows, double Quotient);

    /// <summary>Norms added up over the samples that a signal took part in.</summary>
    private readonly record struct Sums(double Samples, double Supervision, double Signal)
    {
        /// <summary>0 where the signal has no gradient worth the name.</summary>
        public double Quotient => Signal > NoiseShare * Supervision ? Supervision / Signal : 0;

        public static Sums operator +(Sums left, Sums right) =>
            new(left.Samples + right.Samples, left.Supervision + right.Supervision, left.Signal + right.Signal);

        public static Sums Of(TrainingTask task, IEnumerable<MicroStepStatistics> samples)
        {
            Sums sums = default;
            foreach (MicroStepStatistics sample in samples)
            {
                if (sample.GradientNorms.TryGetValue(task, out double signal) && sample.GradientNorms.TryGetValue(TrainingTask.Supervision, out double supervision))
                {
                    sums += new Sums(1, supervision, signal);
                }
            }

            return sums;
        }
    }
}
