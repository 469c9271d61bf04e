using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.Probing;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Pulls;

/// <summary>
/// Measures, sample by sample, how strongly each of many candidate signals would pull at a student and how far with or against supervision:
/// one forward pass of both models, one backward pass for supervision and each candidate. Of all gradients only supervision's and one more are
/// in memory at a time. What is trained is the student's language model, as a recipe trains by default.
/// </summary>
/// <remarks>Shapes: T tokens, S supervised positions, C channels.</remarks>
public sealed class PullMeter : IDisposable
{
    private readonly VisionLanguageModel _student;
    private readonly VisionLanguageModel _teacher;
    private readonly SampleEncoder _encoder;
    private readonly HiddenStateMaps _noMaps;
    private readonly IReadOnlyList<Parameter> _trained;

    /// <summary>Marks the student's language model as trained.</summary>
    /// <param name="student">The student; left to the caller.</param>
    /// <param name="teacher">The teacher; left to the caller.</param>
    /// <param name="encoder">Makes both models' sequence.</param>
    /// <exception cref="InputException">The two make another number of tokens of a picture: their maps have different sizes.</exception>
    public PullMeter(VisionLanguageModel student, VisionLanguageModel teacher, SampleEncoder encoder)
    {
        if (student.Config.CannotShareSequences(teacher.Config) is string why)
        {
            throw new InputException("student", $"{why}. Name models of one family that make as many tokens.");
        }

        (_student, _teacher, _encoder) = (student, teacher, encoder);
        IReadOnlyDictionary<string, Tensor> weights = student.WeightsByName();
        HashSet<string> chosen = [.. ParameterSelection.Choose(ParameterSelection.ItemsOf(new TrainSettings()), [.. weights.Keys], hasAdapters: false, student.Config.Family.Names)];
        foreach ((string name, Tensor weight) in weights)
        {
            weight.requires_grad_(chosen.Contains(name));
        }

        _trained = [.. student.named_parameters().Where(entry => chosen.Contains(entry.name)).Select(entry => entry.parameter)];
        _noMaps = new HiddenStateMaps([], new SeedStreams(0), student.Placement.Device);
    }

    /// <summary>
    /// Every layer's text-to-vision map, full map and, where the models are equally wide, output, each teacher layer with the student's at its
    /// relative depth; and the logits. States of other widths are left out: their learned maps have no gradient that means anything before they
    /// are trained.
    /// </summary>
    /// <param name="atDepth">The student's layer of a teacher's, both from 1, given the layers of both models.</param>
    public IReadOnlyList<PullCandidate> EveryCandidate(Func<int, int, int, int> atDepth)
    {
        int teacherLayers = _teacher.Config.Language.Layers;
        int studentLayers = _student.Config.Language.Layers;
        (int Teacher, int Student)[] layers = [.. Enumerable.Range(1, teacherLayers).Select(layer => (layer, atDepth(layer, teacherLayers, studentLayers)))];
        bool sameWidth = _teacher.Config.Language.HiddenSize == _student.Config.Language.HiddenSize;
        return
        [
            .. layers.Select(pair => PullCandidate.Attention(AttentionMapKind.TextToVision, pair.Teacher, pair.Student)),
            .. layers.Select(pair => PullCandidate.Attention(AttentionMapKind.Full, pair.Teacher, pair.Student)),
            .. sameWidth ? layers.Select(pair => PullCandidate.States(pair.Teacher, pair.Student)) : [],
            PullCandidate.Logits,
        ];
    }

    /// <summary>Measures one sample.</summary>
    /// <param name="sample">With an answer.</param>
    /// <param name="candidates">The signals; those that need pictures are left out for a sample without any.</param>
    /// <exception cref="InputException">A picture cannot be read, or the sample has no supervised token.</exception>
    public IReadOnlyList<SignalPull> Measure(Sample sample, IReadOnlyList<PullCandidate> candidates)
    {
        using DisposeScope scope = NewDisposeScope();
        using SampleBatch batch = new([_encoder.Encode(sample)], _student.Placement.Device);
        if (batch.Targets_S.numel() == 0)
        {
            throw new InputException(sample.Source.ToString(), "has no answer whose tokens could be supervised; a gradient needs one.");
        }

        PullCandidate[] fitting = [.. candidates.Where(candidate => batch.HasPictures || candidate.Kind != SignalKind.Attention || !AttentionPairs.NeedPictures(candidate.Map))];
        ISignal[] signals = [.. fitting.Select(Signal)];
        IReadOnlyList<SignalTarget> targets = Targets(signals, batch);
        try
        {
            return Pulls(fitting, signals, targets, batch);
        }
        finally
        {
            foreach (SignalTarget target in targets)
            {
                target.Dispose();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _noMaps.Dispose();

    private List<SignalPull> Pulls(PullCandidate[] candidates, ISignal[] signals, IReadOnlyList<SignalTarget> targets, SampleBatch batch)
    {
        using Probe probe = new(SignalTaps.Request([.. signals.Select(signal => signal.StudentTaps)], endsEarly: false));
        using PictureFeatures features = new(maxBytes: null);
        Tensor hidden_BTC = Decode(_student, batch, features, probe)!;
        using BatchView view = new(probe, batch, _student.HeadWeight, hidden_BTC);
        Tensor answers_SC = hidden_BTC.reshape(-1, hidden_BTC.shape[^1]).index_select(0, batch.Places_S);
        Tensor supervision = Supervision.CrossEntropyOfEach(answers_SC, _student, batch.Targets_S, [(int)batch.Targets_S.numel()]).sum();
        Tensor?[] plain = Backpropagate(supervision);
        try
        {
            double norm = Math.Sqrt(Products(plain, plain).Own);
            List<SignalPull> pulls = [];
            for (int i = 0; i < signals.Length; i++)
            {
                using DisposeScope one = NewDisposeScope();
                Tensor loss = signals[i].Losses_R(view, [0], [targets[i]], _noMaps).sum();
                Tensor?[] gradient = loss.requires_grad ? Backpropagate(loss) : new Tensor?[plain.Length];
                (double inner, double own) = Products(plain, gradient);
                Release(gradient);
                double length = Math.Sqrt(own);
                pulls.Add(new SignalPull(candidates[i], loss.item<float>(), norm > 0 ? length / norm : 0, norm > 0 && length > 0 ? Math.Clamp(inner / (norm * length), -1, 1) : 0));
            }

            return pulls;
        }
        finally
        {
            Release(plain);
        }
    }

    private IReadOnlyList<SignalTarget> Targets(ISignal[] signals, SampleBatch batch)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Probe probe = new(SignalTaps.Request([.. signals.Select(signal => signal.TeacherTaps)], endsEarly: true));
        using PictureFeatures features = new(maxBytes: null);
        Tensor? final_BTC = Decode(_teacher, batch, features, probe);
        using BatchView view = new(probe, batch, _teacher.HeadWeight, final_BTC);
        return [.. signals.Select(signal => signal.TargetsOf(view)[0])];
    }

    private static Tensor? Decode(VisionLanguageModel model, SampleBatch batch, PictureFeatures features, Probe probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor embeddings_BTC = batch.Embed(model, features.Of(model, batch));
        return model.Decode(embeddings_BTC, batch.PositionsFor(model), probe: probe)?.MoveToOuterDisposeScope();
    }

    private ISignal Signal(PullCandidate candidate)
    {
        // The role decides nothing of a loss.
        PerceptionSignalSettings plain = new() { Kind = candidate.Kind };
        SignalSettings settings = candidate.Kind == SignalKind.Logits ? plain : plain with
        {
            Map = candidate.Map,
            StudentLayers = new LayerRange { First = candidate.StudentLayer, Last = candidate.StudentLayer },
            TeacherLayers = new LayerRange { First = candidate.TeacherLayer, Last = candidate.TeacherLayer },
        };
        return SignalRegistry.Create(
            settings, Capability.Perception, new SignalModel(_student.Config.Language, "student"), new SignalModel(_teacher.Config.Language, "teacher"));
    }

    private Tensor?[] Backpropagate(Tensor loss)
    {
        loss.backward(retain_graph: true);
        Tensor?[] gradient = new Tensor?[_trained.Count];
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = _trained[i].grad?.DetachFromDisposeScope();
            _trained[i].grad = null;
        }

        return gradient;
    }

    /// <summary>The inner product of two gradients, and the second's with itself.</summary>
    private static (double Inner, double Own) Products(Tensor?[] first, Tensor?[] second)
    {
        using InnerProducts both = new(2);
        using InnerProducts alone = new(1);
        for (int i = 0; i < first.Length; i++)
        {
            if (second[i] is Tensor own)
            {
                if (first[i] is Tensor other)
                {
                    both.Add([other, own]);
                }
                else
                {
                    alone.Add([own]);
                }
            }
        }

        double[,] together = both.ToArray();
        return (together[0, 1], together[1, 1] + alone.ToArray()[0, 0]);
    }

    private static void Release(Tensor?[] gradient)
    {
        foreach (Tensor? part in gradient)
        {
            part?.Dispose();
        }
    }
}
