namespace DriveKD.Distillation.Training;

/// <summary>Gathers the losses of a window's samples.</summary>
internal sealed class StepLog
{
    private readonly Dictionary<TrainingTask, (double Sum, int Count)> _losses = [];

    /// <summary>Tokens so far.</summary>
    public int Tokens { get; private set; }

    public void Add(SampleLosses sample)
    {
        Tokens += sample.Tokens;
        foreach ((TrainingTask task, double value) in sample.Values)
        {
            (double sum, int count) = _losses.GetValueOrDefault(task);
            _losses[task] = (sum + value, count + 1);
        }
    }

    /// <summary>The mean of each task over the samples in which it took part.</summary>
    public IReadOnlyDictionary<TrainingTask, double> Means() => _losses.ToDictionary(entry => entry.Key, entry => entry.Value.Sum / entry.Value.Count);
}
