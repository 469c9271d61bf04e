using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Models.Families;
using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// A batch of samples through the method: the teachers' targets, the student's forward pass with taps, one loss per task and sample,
/// one gradient per task, one combined gradient added to the update.
/// </summary>
/// <remarks>Shapes: B samples, T tokens of the longest, S supervised positions, C channels.</remarks>
internal sealed class DistillStep
{
    private readonly VisionLanguageModel _student;
    private readonly TeacherBank _teachers;
    private readonly StepPlan _plan;
    private readonly HiddenStateMaps _maps;
    private readonly UpdateAccumulator _updates;

    public DistillStep(VisionLanguageModel student, TeacherBank teachers, StepPlan plan, HiddenStateMaps maps, UpdateAccumulator updates) =>
        (_student, _teachers, _plan, _maps, _updates) = (student, teachers, plan, maps, updates);

    /// <summary>Told where the time goes; null where nobody asks.</summary>
    public PhaseClock? Clock { get; set; }

    /// <summary>Adds the samples' gradients to the update.</summary>
    /// <param name="batch">The samples of one forward pass.</param>
    /// <param name="scale">A sample's share of the accumulation window: one over the window's samples.</param>
    /// <param name="log">Told of losses and updates.</param>
    /// <exception cref="NonfiniteException">A loss or gradient is not finite; nothing of the batch was added.</exception>
    public void Run(IReadOnlyList<EncodedSample> batch, double scale, StepLog log)
    {
        using DisposeScope scope = NewDisposeScope();
        using SampleBatch samples = new(batch, _student.Placement.Device);
        IReadOnlyDictionary<Capability, double>[] shares =
            [.. batch.Select(sample => _plan.SignalShares(sample.Source.Capability, sample.HasPictures))];
        IReadOnlyList<TeacherTargets> targets = [];
        try
        {
            // 1. Teachers: detached targets of the signals that have weight for a sample.
            using (Clock?.Enter(StepPhase.Teacher))
            {
                targets = _teachers.Observe(samples, [.. shares.Select(share => share.Keys.ToArray())]);
            }

            // 2. Student: the whole forward pass, tapped where signals read it.
            IDisposable? forward = Clock?.Enter(StepPhase.Student);
            ISignal[] signals = [.. shares.SelectMany(share => share.Keys).Distinct().Select(role => _plan.Signals[role])];
            using Probe probe = new(SignalTaps.Request([.. signals.Select(signal => signal.StudentTaps)], endsEarly: false, samples.Samples));
            Tensor embeddings_BTC = samples.Embed(_student, _teachers.Features.Of(_student, samples));
            Tensor hidden_BTC = _student.Decode(embeddings_BTC, samples.PositionsFor(_student), probe: probe)!;

            // 3. One loss per task and sample, of the sample's own tokens.
            using BatchView view = new(probe, samples, _student.HeadWeight, hidden_BTC);
            BatchTasks tasks = Losses(view, hidden_BTC, shares, targets);
            forward?.Dispose();

            // 4. One gradient per task, one update.
            _updates.Add(tasks, scale, log);
            foreach (SampleTasks sample in tasks.Samples)
            {
                log.Add(new SampleLosses(sample.Values, sample.Tokens));
            }
        }
        finally
        {
            foreach (TeacherTargets target in targets)
            {
                target.Dispose();
            }
        }
    }

    private BatchTasks Losses(
        BatchView view, Tensor hidden_BTC, IReadOnlyDictionary<Capability, double>[] shares, IReadOnlyList<TeacherTargets> targets)
    {
        SampleBatch batch = view.Batch;
        BatchTasks tasks = new();
        if (_plan.Weights.Supervision > 0)
        {
            // The head runs over the supervised positions only: the others have no label.
            Tensor answers_SC = hidden_BTC.reshape(-1, hidden_BTC.shape[^1]).index_select(0, batch.Places_S);
            int[] counts = [.. Enumerable.Range(0, batch.Count).Select(row => batch.SupervisedOf(row).Count)];
            tasks.Add(
                TrainingTask.Supervision,
                [.. Enumerable.Range(0, batch.Count)],
                Supervision.CrossEntropyOfEach(answers_SC, _student, batch.Targets_S, counts));
        }

        foreach (Capability role in shares.SelectMany(share => share.Keys).Distinct().Order())
        {
            int[] rows = [.. Enumerable.Range(0, batch.Count).Where(row => shares[row].ContainsKey(role))];
            tasks.Add(TrainingTasks.Of(role), rows, _plan.Signals[role].Losses_R(view, rows, [.. rows.Select(row => targets[row][role])], _maps));
        }

        tasks.Read(
            [.. batch.Samples.Select(sample => new SampleTasks(sample.Source.Source, sample.TokenIds.Count))],
            (row, task) => task == TrainingTask.Supervision ? 1 : shares[row].Single(share => TrainingTasks.Of(share.Key) == task).Value,
            [.. batch.Samples.Select(sample => _plan.AbsentShares(sample.Source.Capability, sample.HasPictures)
                .ToDictionary(share => TrainingTasks.Of(share.Key), share => share.Value))]);
        return tasks;
    }
}
