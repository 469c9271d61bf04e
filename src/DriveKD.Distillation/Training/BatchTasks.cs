using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// The losses of a batch, ready to be differentiated: one tensor per task over the samples that take part in it. The tensors belong to the
/// step's dispose scope.
/// </summary>
/// <remarks>Shapes: R samples of a task.</remarks>
internal sealed class BatchTasks
{
    private readonly SortedDictionary<TrainingTask, (IReadOnlyList<int> Rows, Tensor Losses_R)> _losses = [];

    /// <summary>The samples with their losses as numbers; known after <see cref="Read"/>.</summary>
    public IReadOnlyList<SampleTasks> Samples { get; private set; } = [];

    /// <summary>Every task that takes part in any sample, supervision first.</summary>
    public IReadOnlyList<TrainingTask> Tasks => [.. Samples.SelectMany(sample => sample.Tasks).Distinct().Order()];

    /// <summary>Adds a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="rows">The samples that take part, in rising order.</param>
    /// <param name="losses_R">float32 [R] with gradient history.</param>
    public void Add(TrainingTask task, IReadOnlyList<int> rows, Tensor losses_R) => _losses.Add(task, (rows, losses_R));

    /// <summary>Takes all losses to the processor at once.</summary>
    /// <param name="samples">The samples, still without losses.</param>
    /// <param name="shareOf">The mixing share of a sample's task.</param>
    /// <param name="absent">For each sample the shares of tasks that count as present with loss 0.</param>
    /// <exception cref="NonfiniteException">A loss is no number; the first such sample is named.</exception>
    public void Read(
        IReadOnlyList<SampleTasks> samples, Func<int, TrainingTask, double> shareOf, IReadOnlyList<IReadOnlyDictionary<TrainingTask, double>> absent)
    {
        float[] values = [];
        if (_losses.Count > 0)
        {
            using Tensor all = cat([.. _losses.Values.Select(entry => entry.Losses_R.detach())]);
            using Tensor local = all.cpu();
            values = local.data<float>().ToArray();
        }

        Dictionary<(int Row, TrainingTask Task), double> byRow = [];
        int place = 0;
        foreach ((TrainingTask task, (IReadOnlyList<int> rows, _)) in _losses)
        {
            foreach (int row in rows)
            {
                byRow.Add((row, task), values[place++]);
            }
        }

        for (int row = 0; row < samples.Count; row++)
        {
            foreach (TrainingTask task in _losses.Keys)
            {
                if (byRow.TryGetValue((row, task), out double value))
                {
                    samples[row].Add(task, value, shareOf(row, task));
                }
            }

            foreach ((TrainingTask task, double share) in absent[row])
            {
                samples[row].Add(task, 0, share);
            }
        }

        Samples = samples;
    }

    /// <summary>A weighted sum of a task's losses over the batch; null where no sample has one with gradient history or weight.</summary>
    /// <param name="task">The task.</param>
    /// <param name="weightOf">A sample's weight, by its row.</param>
    public Tensor? Sum(TrainingTask task, Func<int, double> weightOf)
    {
        if (!_losses.TryGetValue(task, out (IReadOnlyList<int> Rows, Tensor Losses_R) entry))
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        double[] weights = [.. entry.Rows.Select(weightOf)];
        if (weights.Distinct().Count() == 1)
        {
            using Scalar weight = Scalars.Own(weights[0]);
            return (weights.Length == 1 ? entry.Losses_R.reshape([]) : entry.Losses_R.sum()).mul(weight).MoveToOuterDisposeScope();
        }

        Tensor weights_R = tensor([.. weights.Select(weight => (float)weight)], device: entry.Losses_R.device);
        return entry.Losses_R.dot(weights_R).MoveToOuterDisposeScope();
    }

    /// <summary>One sample's loss times a factor; null where it has none with gradient history.</summary>
    /// <param name="task">The task.</param>
    /// <param name="row">The sample.</param>
    /// <param name="factor">The factor.</param>
    public Tensor? Of(TrainingTask task, int row, double factor)
    {
        if (!_losses.TryGetValue(task, out (IReadOnlyList<int> Rows, Tensor Losses_R) entry) || !entry.Rows.Contains(row))
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        using Scalar scalar = Scalars.Own(factor);
        int place = Enumerable.Range(0, entry.Rows.Count).First(i => entry.Rows[i] == row);
        return entry.Losses_R.select(0, place).mul(scalar).MoveToOuterDisposeScope();
    }
}
