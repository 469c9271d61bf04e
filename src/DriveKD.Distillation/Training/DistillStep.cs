using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Models.InternVL;
using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// One sample through the method: the teachers' targets, the student's forward pass with taps, one loss per task, one combined
/// gradient added to the student's parameters.
/// </summary>
/// <remarks>Shapes: T tokens, S supervised positions, C channels, V vocabulary.</remarks>
internal sealed class DistillStep
{
    private readonly InternVLModel _student;
    private readonly TeacherBank _teachers;
    private readonly StepPlan _plan;
    private readonly HiddenStateMaps _maps;

    public DistillStep(InternVLModel student, TeacherBank teachers, StepPlan plan, HiddenStateMaps maps) =>
        (_student, _teachers, _plan, _maps) = (student, teachers, plan, maps);

    /// <summary>Adds the sample's gradient to the parameters' gradients.</summary>
    /// <param name="encoded">The sample.</param>
    /// <param name="scale">Its share of the accumulation window: one over the window's samples.</param>
    /// <exception cref="InputException">A loss is not finite; nothing was added.</exception>
    public SampleLosses Run(EncodedSample encoded, double scale)
    {
        using DisposeScope scope = NewDisposeScope();
        using SampleTensors sample = new(encoded, _student.Placement.Device);
        IReadOnlyDictionary<Capability, double> weights = _plan.SignalWeights(encoded.Source.Capability, sample.HasPictures);

        // 1. Teachers: detached targets of the signals that have weight here.
        using TeacherTargets targets = _teachers.Observe(sample, [.. weights.Keys]);

        // 2. Student: the whole forward pass, tapped where signals read it.
        using Probe probe = new(SignalTaps.Request([.. weights.Keys.Select(role => _plan.Signals[role].StudentTaps)], endsEarly: false));
        Tensor embeddings_1TC = sample.Embed(_student);
        Tensor hidden_1TC = _student.Decode(embeddings_1TC, SequencePositions.Consecutive(1, sample.Length), probe: probe)!;
        SampleView view = new(probe, 0, sample.Length)
        {
            ImageMask_1T = sample.ImageMask_1T,
            AnswerPositions_S = sample.SupervisedPositions_S,
            HeadWeight_VC = _student.HeadWeight,
            FinalHidden_BLC = hidden_1TC,
        };

        // 3. One loss per task.
        List<TaskLoss> losses = [new TaskLoss(TrainingTask.Supervision, SupervisionLoss(view, sample), _plan.Weights.Supervision)];
        foreach ((Capability role, double weight) in weights)
        {
            ISignal signal = _plan.Signals[role];
            losses.Add(new TaskLoss(signal.Task, signal.Loss(view, targets[role], _maps), weight));
        }

        Dictionary<TrainingTask, double> values = losses.ToDictionary(loss => loss.Task, loss => (double)loss.Value.item<float>());
        RequireFinite(values, encoded.Source);

        // 4. One combined gradient.
        WeightedSum.Accumulate(losses, scale);
        return new SampleLosses(values, sample.Length);
    }

    /// <summary>The head runs over the supervised positions only: the others have no label.</summary>
    private Tensor SupervisionLoss(SampleView view, SampleTensors sample) =>
        Supervision.CrossEntropy(_student.Logits(view.AnswerHidden_SC()), sample.Targets_S);

    private static void RequireFinite(Dictionary<TrainingTask, double> values, Sample source)
    {
        foreach ((TrainingTask task, double value) in values)
        {
            if (!double.IsFinite(value))
            {
                throw new InputException(
                    source.Source.ToString(),
                    $"the {TrainingTasks.KeyOf(task)} loss is {value}. The step was not taken; lower train.learning_rate, or use precision float32.");
            }
        }
    }
}
