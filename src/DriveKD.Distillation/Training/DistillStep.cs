using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Models.InternVL;
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
    private readonly InternVLModel _student;
    private readonly TeacherBank _teachers;
    private readonly StepPlan _plan;
    private readonly HiddenStateMaps _maps;
    private readonly UpdateAccumulator _updates;

    public DistillStep(InternVLModel student, TeacherBank teachers, StepPlan plan, HiddenStateMaps maps, UpdateAccumulator updates) =>
        (_student, _teachers, _plan, _maps, _updates) = (student, teachers, plan, maps, updates);

    /// <summary>Adds the samples' gradients to the update.</summary>
    /// <param name="batch">The samples of one forward pass.</param>
    /// <param name="scale">A sample's share of the accumulation window: one over the window's samples.</param>
    /// <param name="log">Told of losses and updates.</param>
    /// <exception cref="NonfiniteException">A loss or gradient is not finite; nothing of the batch was added.</exception>
    public void Run(IReadOnlyList<EncodedSample> batch, double scale, StepLog log)
    {
        using DisposeScope scope = NewDisposeScope();
        SampleTensors[] samples = [.. batch.Select(sample => new SampleTensors(sample, _student.Placement.Device))];
        IReadOnlyDictionary<Capability, double>[] shares =
            [.. samples.Select((sample, row) => _plan.SignalShares(batch[row].Source.Capability, sample.HasPictures))];
        IReadOnlyList<TeacherTargets> targets = [];
        try
        {
            // 1. Teachers: detached targets of the signals that have weight for a sample.
            targets = _teachers.Observe(samples, [.. shares.Select(share => share.Keys.ToArray())]);

            // 2. Student: the whole forward pass, tapped where signals read it.
            ISignal[] signals = [.. shares.SelectMany(share => share.Keys).Distinct().Select(role => _plan.Signals[role])];
            using Probe probe = new(SignalTaps.Request([.. signals.Select(signal => signal.StudentTaps)], endsEarly: false));
            Tensor embeddings_BTC = BatchEmbedding.Embed(_student, samples);
            SequencePositions positions = SequencePositions.Consecutive(samples.Length, (int)embeddings_BTC.shape[1]);
            Tensor hidden_BTC = _student.Decode(embeddings_BTC, positions, probe: probe)!;

            // 3. One loss per task and sample, of the sample's own tokens.
            SampleTasks[] tasks = [.. samples.Select((sample, row) =>
                Losses(batch[row].Source, View(probe, row, sample, hidden_BTC), sample, shares[row], targets[row]))];

            // 4. One gradient per task, one update.
            _updates.Add(tasks, scale, log);
            foreach (SampleTasks sample in tasks)
            {
                log.Add(new SampleLosses(sample.Values, sample.Tokens));
            }
        }
        finally
        {
            foreach (IDisposable owner in targets.Concat<IDisposable>(samples))
            {
                owner.Dispose();
            }
        }
    }

    private SampleTasks Losses(
        Sample source, SampleView view, SampleTensors sample, IReadOnlyDictionary<Capability, double> shares, TeacherTargets targets)
    {
        SampleTasks tasks = new(source.Source, sample.Length);
        if (_plan.Weights.Supervision > 0)
        {
            // The head runs over the supervised positions only: the others have no label.
            tasks.Add(TrainingTask.Supervision, Supervision.CrossEntropy(_student.Logits(view.AnswerHidden_SC()), sample.Targets_S), share: 1);
        }

        foreach ((Capability role, double share) in shares.OrderBy(entry => entry.Key))
        {
            tasks.Add(TrainingTasks.Of(role), _plan.Signals[role].Loss(view, targets[role], _maps), share);
        }

        foreach ((Capability role, double share) in _plan.AbsentShares(source.Capability, sample.HasPictures))
        {
            tasks.Add(TrainingTasks.Of(role), loss: null, share);
        }

        return tasks;
    }

    private SampleView View(Probe probe, int row, SampleTensors sample, Tensor hidden_BTC) => new(probe, row, sample.Length)
    {
        ImageMask_1T = sample.ImageMask_1T,
        AnswerPositions_S = sample.SupervisedPositions_S,
        HeadWeight_VC = _student.HeadWeight,
        FinalHidden_BLC = hidden_BTC,
    };
}
