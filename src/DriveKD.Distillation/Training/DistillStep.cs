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
/// One sample through the method: the teachers' maps, the student's forward pass with taps, one loss per task, one combined
/// gradient added to the student's parameters.
/// </summary>
/// <remarks>Shapes: T tokens, S supervised positions, C channels, V vocabulary.</remarks>
internal sealed class DistillStep
{
    private readonly InternVLModel _student;
    private readonly TeacherBank _teachers;
    private readonly StepPlan _plan;

    public DistillStep(InternVLModel student, TeacherBank teachers, StepPlan plan) => (_student, _teachers, _plan) = (student, teachers, plan);

    /// <summary>Adds the sample's gradient to the parameters' gradients.</summary>
    /// <param name="encoded">The sample.</param>
    /// <param name="scale">Its share of the accumulation window: one over the window's samples.</param>
    /// <exception cref="InputException">A loss is not finite; nothing was added.</exception>
    public SampleLosses Run(EncodedSample encoded, double scale)
    {
        using DisposeScope scope = NewDisposeScope();
        using SampleTensors sample = new(encoded, _student.Placement.Device);
        IReadOnlyDictionary<Capability, double> weights = _plan.SignalWeights(encoded.Source.Capability, sample.HasPictures);

        // 1. Teachers: detached maps of the signals that have weight here.
        using TeacherTargets targets = _teachers.Observe(sample, [.. weights.Keys]);

        // 2. Student: the whole forward pass, with maps formed only in the tapped layers.
        using Probe probe = new(new ProbeRequest { AttentionLayers = weights.Keys.SelectMany(signal => _plan.StudentLayers[signal]).ToHashSet() });
        Tensor embeddings_1TC = sample.Embed(_student);
        Tensor hidden_1TC = _student.Decode(embeddings_1TC, SequencePositions.Consecutive(1, sample.Length), probe: probe)!;

        // 3. One loss per task.
        List<TaskLoss> losses = [new TaskLoss(TrainingTask.Supervision, SupervisionLoss(hidden_1TC, sample), _plan.Weights.Supervision)];
        foreach ((Capability signal, double weight) in weights)
        {
            Tensor[] student_1TT = [.. _plan.StudentLayers[signal].Select(layer => probe.Attention[layer])];
            Tensor loss = signal == Capability.Reasoning
                ? AttentionLosses.FullMaps(student_1TT, targets.Maps[signal])
                : AttentionLosses.TextToVision(student_1TT[0], targets.Maps[signal][0], sample.ImageMask_1T);
            losses.Add(new TaskLoss(TrainingTasks.Of(signal), loss, weight));
        }

        Dictionary<TrainingTask, double> values = losses.ToDictionary(loss => loss.Task, loss => (double)loss.Value.item<float>());
        RequireFinite(values, encoded.Source);

        // 4. One combined gradient.
        WeightedSum.Accumulate(losses, scale);
        return new SampleLosses(values, sample.Length);
    }

    /// <summary>The head runs over the supervised positions only: the others have no label.</summary>
    private Tensor SupervisionLoss(Tensor hidden_1TC, SampleTensors sample)
    {
        Tensor supervised_SC = hidden_1TC.squeeze(0).index_select(0, sample.SupervisedPositions_S);
        return Supervision.CrossEntropy(_student.Logits(supervised_SC), sample.Targets_S);
    }

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
