using DriveKD.Data.Samples;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>The losses of one sample, ready to be differentiated. The tensors belong to the step's dispose scope.</summary>
/// <param name="source">The sample, for messages.</param>
/// <param name="tokens">Its length.</param>
internal sealed class SampleTasks(SourcePosition source, int tokens)
{
    private readonly List<Entry> _entries = [];

    public SourcePosition Source { get; } = source;

    public int Tokens { get; } = tokens;

    /// <summary>Supervision first where it is trained.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>The losses as numbers.</summary>
    public IReadOnlyDictionary<TrainingTask, double> Values => _entries.ToDictionary(entry => entry.Task, entry => entry.Value);

    /// <summary>Adds a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="loss">A scalar with gradient history; null for a task that counts as present with loss 0.</param>
    /// <param name="share">The mixing share of its teacher; 1 for supervision.</param>
    /// <exception cref="NonfiniteException">The loss is no number.</exception>
    public void Add(TrainingTask task, Tensor? loss, double share)
    {
        double value = loss is null ? 0 : loss.item<float>();
        if (!double.IsFinite(value))
        {
            throw new NonfiniteException([Source], $"the {TrainingTasks.KeyOf(task)} loss is {value}.");
        }

        _entries.Add(new Entry(task, loss, value, share));
    }

    /// <summary>One task of the sample.</summary>
    internal sealed class Entry(TrainingTask task, Tensor? loss, double value, double share)
    {
        public TrainingTask Task { get; } = task;

        public Tensor? Loss { get; } = loss;

        public double Value { get; } = value;

        public double Share { get; } = share;
    }
}
