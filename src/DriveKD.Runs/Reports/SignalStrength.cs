namespace DriveKD.Runs.Reports;

/// <summary>How much the distillation signals contribute beside the supervision.</summary>
internal sealed class SignalStrength
{
    /// <summary>Below this share a signal hardly moves the student.</summary>
    public const double Weak = 0.01;

    private SignalStrength(double? share, IReadOnlyDictionary<string, double> ratios) => (Share, Ratios) = (share, ratios);

    /// <summary>The median over the run of the update's distillation part, as a share of the update's norm; null where it was not measured.</summary>
    public double? Share { get; }

    /// <summary>
    /// For each signal with weight, the median of weight x gradient norm over that of the supervision. The mixing shares, which differ from
    /// sample to sample, are not in it. Signals that were not measured are absent.
    /// </summary>
    public IReadOnlyDictionary<string, double> Ratios { get; }

    /// <summary>Whether the whole of the signals is weak.</summary>
    public bool IsShareWeak => Share < Weak;

    /// <summary>The signals that are weak, in the order of all tables.</summary>
    public IReadOnlyList<string> WeakSignals => [.. MetricNames.Signals.Where(signal => Ratios.TryGetValue(signal, out double ratio) && ratio < Weak)];

    /// <summary>Measures a run.</summary>
    public static SignalStrength Of(RunRecord run)
    {
        Dictionary<string, double> ratios = [];
        foreach (string signal in MetricNames.Signals)
        {
            double ratio = ReportNumbers.Median(StepRatios(run, signal));
            if (!double.IsNaN(ratio))
            {
                ratios.Add(signal, ratio);
            }
        }

        double share = ReportNumbers.Median(run.Finite(MetricNames.DistillationShare));
        bool hasSignals = MetricNames.Signals.Any(signal => TakesPart(run, signal));
        return new SignalStrength(hasSignals && !double.IsNaN(share) ? share : null, ratios);
    }

    private static IEnumerable<double> StepRatios(RunRecord run, string signal) =>
        from row in run.Log.Rows
        let own = Product(row.Values, signal)
        let anchor = Product(row.Values, MetricNames.Supervision)
        where row.Values.GetValueOrDefault(MetricNames.Weight + signal) > 0 && double.IsFinite(own) && double.IsFinite(anchor) && anchor > 0
        select own / anchor;

    private static double Product(IReadOnlyDictionary<string, double> values, string task) =>
        values.GetValueOrDefault(MetricNames.Weight + task, double.NaN) * values.GetValueOrDefault(MetricNames.TaskGradientNorm + task, double.NaN);

    /// <summary>A run whose signals were all switched off is no run with weak signals.</summary>
    private static bool TakesPart(RunRecord run, string signal)
    {
        IReadOnlyList<double> weights = run.Finite(MetricNames.Weight + signal);
        return weights.Count > 0 ? weights.Any(weight => weight > 0) : run.Finite(MetricNames.Loss + signal).Count > 0;
    }
}
