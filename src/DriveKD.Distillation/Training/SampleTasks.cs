using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Training;

/// <summary>The losses of one sample as numbers.</summary>
/// <param name="source">The sample, for messages.</param>
/// <param name="tokens">Its length.</param>
internal sealed class SampleTasks(SourcePosition source, int tokens)
{
    private readonly SortedDictionary<TrainingTask, (double Value, double Share)> _entries = [];

    public SourcePosition Source { get; } = source;

    public int Tokens { get; } = tokens;

    /// <summary>The tasks that take part, supervision first.</summary>
    public IReadOnlyCollection<TrainingTask> Tasks => _entries.Keys;

    /// <summary>The tasks but supervision.</summary>
    public int Capabilities => _entries.Count - (_entries.ContainsKey(TrainingTask.Supervision) ? 1 : 0);

    /// <summary>The losses as numbers.</summary>
    public IReadOnlyDictionary<TrainingTask, double> Values => _entries.ToDictionary(entry => entry.Key, entry => entry.Value.Value);

    /// <summary>The mixing share of a task's teacher; 1 for supervision.</summary>
    /// <param name="task">A task that takes part.</param>
    public double ShareOf(TrainingTask task) => _entries[task].Share;

    /// <summary>Adds a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="value">Its loss; 0 for a task that counts as present without one.</param>
    /// <param name="share">The mixing share of its teacher; 1 for supervision.</param>
    /// <exception cref="NonfiniteException">The loss is no number.</exception>
    public void Add(TrainingTask task, double value, double share)
    {
        if (!double.IsFinite(value))
        {
            throw new NonfiniteException([Source], $"the {TrainingTasks.KeyOf(task)} loss is {value}.");
        }

        _entries.Add(task, (value, share));
    }
}
