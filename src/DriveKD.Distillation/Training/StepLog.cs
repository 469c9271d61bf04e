using DriveKD.Distillation.Gradients;

namespace DriveKD.Distillation.Training;

/// <summary>Gathers what the samples and updates of one optimizer step showed.</summary>
internal sealed class StepLog
{
    private readonly Dictionary<TrainingTask, (double Sum, int Count)> _losses = [];
    private readonly List<(UpdateReport Report, CombinationFacts Facts, double Scale)> _updates = [];

    /// <summary>Tokens so far.</summary>
    public int Tokens { get; private set; }

    /// <summary>The largest change of a coefficient that was used again since the last exact step; null where none was.</summary>
    public double? Drift { get; set; }

    /// <summary>Adds a sample.</summary>
    public void Add(SampleLosses sample)
    {
        Tokens += sample.Tokens;
        foreach ((TrainingTask task, double value) in sample.Values)
        {
            (double sum, int count) = _losses.GetValueOrDefault(task);
            _losses[task] = (sum + value, count + 1);
        }
    }

    /// <summary>Adds an update.</summary>
    /// <param name="report">How it came about.</param>
    /// <param name="scale">The share of the window that was backpropagated with the losses.</param>
    public void Add(UpdateReport report, double scale) => _updates.Add((report, CombinationFacts.Of(report.Gram, report.Combination), scale));

    /// <summary>The mean of each task over the samples in which it took part.</summary>
    public IReadOnlyDictionary<TrainingTask, double> Means() => _losses.ToDictionary(entry => entry.Key, entry => entry.Value.Sum / entry.Value.Count);

    /// <summary>Means over the updates; null where there was none.</summary>
    public UpdateSummary? Summarize()
    {
        if (_updates.Count == 0)
        {
            return null;
        }

        Running<TrainingTask> norms = new();
        Running<TrainingTask> coefficients = new();
        Running<(TrainingTask First, TrainingTask Second)> cosines = new();
        Running<(TrainingTask First, TrainingTask Second)> conflicts = new();
        foreach ((UpdateReport report, _, double scale) in _updates)
        {
            for (int i = 0; i < report.Tasks.Count; i++)
            {
                norms.Add(report.Tasks[i], report.Unweighted.Total.Norm(i) / scale);
                coefficients.Add(report.Tasks[i], report.Combination[0, i]);
                for (int j = i + 1; j < report.Tasks.Count; j++)
                {
                    cosines.Add((report.Tasks[i], report.Tasks[j]), report.Gram.Total.Cosine(i, j));
                    conflicts.Add((report.Tasks[i], report.Tasks[j]), report.Gram.Total[i, j] < 0 ? 1 : 0);
                }
            }
        }

        return new UpdateSummary
        {
            Norms = norms.Values,
            Cosines = cosines.Values,
            ConflictRates = conflicts.Values,
            ConflictsBefore = _updates.Average(update => update.Facts.ConflictsBefore),
            ConflictsAfter = _updates.Average(update => update.Facts.ConflictsAfter),
            AnchorProjections = _updates.Average(update => update.Report.Combination.Stage1Projections),
            MergedProjections = _updates.Average(update => update.Report.Combination.Stage2Projections),
            Coefficients = coefficients.Values,
            Drift = Drift,
            DistillationShare = _updates.Average(update => update.Facts.DistillationShare),
        };
    }

    private sealed class Running<TKey>
        where TKey : notnull
    {
        private readonly Dictionary<TKey, (double Sum, int Count)> _sums = [];

        public IReadOnlyDictionary<TKey, double> Values => _sums.ToDictionary(entry => entry.Key, entry => entry.Value.Sum / entry.Value.Count);

        public void Add(TKey key, double value)
        {
            (double sum, int count) = _sums.GetValueOrDefault(key);
            _sums[key] = (sum + value, count + 1);
        }
    }
}
