using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>
/// What the published trainer does, in its order and without any of the engine's savings, to measure the engine against: eager attention that
/// holds every head of every layer; the teacher whole, tower, head and loss included, once per role; the head over every position; one backward
/// pass per task through a retained graph, every gradient copied, weighted and projected tensor by tensor. One sample at a time.
/// </summary>
/// <remarks>Shapes: T tokens, H heads, V vocabulary.</remarks>
internal sealed class PublishedSchedule : IDisposable
{
    private static readonly TrainingTask[] _signals = [TrainingTask.Perception, TrainingTask.Reasoning, TrainingTask.Planning];

    private readonly VisionLanguageModel _student;
    private readonly VisionLanguageModel _teacher;
    private readonly Parameter[] _parameters;
    private readonly MixingMatrix _mixing;
    private readonly ITaskOrder _order;
    private readonly optim.Optimizer _optimizer;
    private readonly double _scale;

    /// <param name="models">Student and teacher; left to the caller.</param>
    /// <param name="trainsTower">Tower and projector are trained too, as the published script does.</param>
    /// <param name="samples">Samples of an optimizer step.</param>
    /// <param name="order">The order of the second stage.</param>
    public PublishedSchedule(BenchModels models, bool trainsTower, int samples, ITaskOrder order)
    {
        (_student, _teacher, _order, _scale, _mixing) = (models.Student, models.Teacher, order, 1.0 / samples, new MixingMatrix());
        foreach ((string name, Parameter parameter) in _student.named_parameters())
        {
            parameter.requires_grad = trainsTower || _student.Config.Family.Names.IsOfLanguage(name);
        }

        _parameters = [.. _student.parameters().Where(parameter => parameter.requires_grad)];
        // A rate of 0: every measurement begins with the same weights.
        _optimizer = optim.AdamW(_parameters, lr: 0, weight_decay: 0);
    }

    /// <summary>The combined gradient so far, by the parameter's name; null where nothing reached it. Stays owned here.</summary>
    public IReadOnlyDictionary<string, Tensor?> Update => _student.named_parameters().Where(entry => entry.parameter.requires_grad).ToDictionary(entry => entry.name, entry => entry.parameter.grad);

    /// <summary>One sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="clock">Told where the time goes.</param>
    public void Add(EncodedSample sample, PhaseClock clock)
    {
        using DisposeScope scope = NewDisposeScope();
        using SampleBatch batch = new([sample], _student.Placement.Device);
        IDisposable forward = clock.Enter(StepPhase.Student);
        using Probe student = EveryHead(_student);
        SortedDictionary<TrainingTask, Tensor> losses = new() { [TrainingTask.Supervision] = Forward(_student, batch, student, clock) };
        forward.Dispose();
        Tensor pairs_TT = AttentionPairs.Of(AttentionMapKind.TextToVision, batch.ImageMask_BT)!.squeeze(0);
        foreach (TrainingTask role in _signals)
        {
            using Probe teacher = EveryHead(_teacher);
            using (clock.Enter(StepPhase.Teacher))
            using (no_grad())
            {
                Forward(_teacher, batch, teacher, clock).Dispose();
            }

            using (clock.Enter(StepPhase.Student))
            {
                losses.Add(role, Distance(role, student, teacher, pairs_TT));
            }
        }

        Tensor?[] accumulated = Copies();
        Dictionary<TrainingTask, Tensor?[]> gradients = [];
        foreach ((TrainingTask task, Tensor loss) in losses)
        {
            using IDisposable phase = clock.Enter(PhaseClock.BackwardOf(task));
            _optimizer.zero_grad();
            using Scalar scale = Scalars.Own(_scale);
            loss.mul(scale).backward(retain_graph: task != losses.Keys.Last());
            gradients.Add(task, Copies());
            _ = Math.Sqrt(Dot(gradients[task], gradients[task]));
        }

        using IDisposable projecting = clock.Enter(StepPhase.Projection);
        using IDisposable noGrad = no_grad();
        Tensor?[] combined = Combine(gradients, _mixing[sample.Source.Capability].Normalized());
        for (int i = 0; i < _parameters.Length; i++)
        {
            Tensor? sum = accumulated[i] is Tensor before && combined[i] is Tensor added ? before.Plus(added) : accumulated[i] ?? combined[i];
            _parameters[i].grad = sum;
        }
    }

    /// <summary>The optimizer's step; gradients are gone afterwards.</summary>
    /// <param name="clock">Told where the time goes.</param>
    public void Finish(PhaseClock clock)
    {
        using IDisposable phase = clock.Enter(StepPhase.Optimizer);
        _optimizer.step();
        _optimizer.zero_grad();
    }

    public void Dispose()
    {
        foreach (Parameter parameter in _parameters)
        {
            parameter.grad = null;
        }

        _optimizer.Dispose();
    }

    private static Probe EveryHead(VisionLanguageModel model) =>
        new(new ProbeRequest { AttentionLayers = Enumerable.Range(0, model.Config.Language.Layers).ToHashSet(), KeepsHeads = true });

    /// <summary>The whole model and its loss; the probe holds every head of every layer.</summary>
    private static Tensor Forward(VisionLanguageModel model, SampleBatch batch, Probe probe, PhaseClock clock)
    {
        using DisposeScope scope = NewDisposeScope();
        IDisposable vision = clock.Enter(StepPhase.Vision);
        Tensor features_NPC = model.EncodeImages(batch.Pieces(model.Config.Pictures), probe);
        vision.Dispose();
        Tensor hidden_1TC = model.Decode(batch.Embed(model, features_NPC), batch.PositionsFor(model), probe: probe)!;
        Tensor logits_TV = model.Logits(hidden_1TC).squeeze(0).to_type(ScalarType.Float32);
        return nn.functional.cross_entropy(logits_TV.index_select(0, batch.Positions_S), batch.Targets_S).MoveToOuterDisposeScope();
    }

    /// <summary>The published losses, straight from the heads.</summary>
    private static Tensor Distance(TrainingTask role, Probe student, Probe teacher, Tensor pairs_TT)
    {
        using DisposeScope scope = NewDisposeScope();
        (int last, int teacherLast) = (student.HeadAttention.Count - 1, teacher.HeadAttention.Count - 1);
        if (role != TrainingTask.Reasoning)
        {
            (int layer, int teacherLayer) = role == TrainingTask.Perception ? (0, 0) : (last - 1, teacherLast - 1);
            return Mean(student, layer).sub(Mean(teacher, teacherLayer)).Squared().mul(pairs_TT).sum().div(pairs_TT.sum()).MoveToOuterDisposeScope();
        }

        (IReadOnlyList<int> first, int size) = LayerGroups.Match(last, teacherLast);
        Tensor total = zeros(1, device: pairs_TT.device);
        for (int layer = 0; layer < last; layer++)
        {
            Tensor group = stack([.. Enumerable.Range(first[layer], size).Select(other => Mean(teacher, other))]).mean([0]);
            total = total.Plus(Mean(student, layer).sub(group).Squared().mean());
        }

        using Scalar layers = Scalars.Own(last);
        return total.div(layers).sum().MoveToOuterDisposeScope();
    }

    private static Tensor Mean(Probe probe, int layer) => probe.HeadAttention[layer].squeeze(0).mean([0]);

    /// <summary>Both stages of asymmetric projection, with vectors as lists of tensors (docs/GRADIENTS.md has the formulas).</summary>
    private Tensor?[] Combine(Dictionary<TrainingTask, Tensor?[]> gradients, MixingRow row)
    {
        Tensor?[] anchor = gradients[TrainingTask.Supervision];
        List<Tensor?[]> merged = [];
        foreach ((TrainingTask task, Capability role) in _signals.Zip(Enum.GetValues<Capability>()))
        {
            using Scalar share = Scalars.Own(row[role]);
            Tensor?[] weighted = [.. gradients[task].Select(gradient => gradient?.mul(share))];
            merged.Add(Sum(anchor, Project(weighted, anchor)));
        }

        int[] order = TaskOrders.Next(_order, merged.Count);
        Tensor?[] total = [.. _parameters.Select(_ => (Tensor?)null)];
        foreach (int own in order)
        {
            Tensor?[] vector = merged[own];
            foreach (int other in order.Where(other => other != own))
            {
                vector = Project(vector, merged[other]);
            }

            total = Sum(total, vector);
        }

        return total;
    }

    private Tensor?[] Copies() => [.. _parameters.Select(parameter => parameter.grad is Tensor gradient ? gradient.detach().clone() : null)];

    private static Tensor?[] Project(Tensor?[] vector, Tensor?[] off)
    {
        const double SquareFloor = 1e-20;
        double product = Dot(vector, off);
        if (product >= 0)
        {
            return vector;
        }

        using Scalar factor = Scalars.Own(-product / Math.Max(Dot(off, off), SquareFloor));
        return [.. vector.Zip(off, (own, other) => other is null ? own : own is null ? other.mul(factor) : own.Plus(other.mul(factor)))];
    }

    private static double Dot(Tensor?[] left, Tensor?[] right)
    {
        double sum = 0;
        foreach ((Tensor? first, Tensor? second) in left.Zip(right))
        {
            if (first is not null && second is not null)
            {
                using Tensor product = first.to_type(ScalarType.Float32).mul(second.to_type(ScalarType.Float32));
                using Tensor total = product.sum();
                sum += total.item<float>();
            }
        }

        return sum;
    }

    private static Tensor?[] Sum(Tensor?[] left, Tensor?[] right) =>
        [.. left.Zip(right, (first, second) => first is null ? second : second is null ? first : first.Plus(second))];
}
