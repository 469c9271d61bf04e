using DriveKD.Data.Samples;
using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.Projection;

/// <summary>
/// The student's part of a training step over one sample: forward with the taps of the published signals, one backward pass per task.
/// Teachers and pictures are left out, so a real step takes longer.
/// </summary>
/// <remarks>Shapes: T tokens.</remarks>
internal sealed class SampleStep : IDisposable
{
    private const int AnswerTokens = 64;
    private const int TokensPerPicture = 256;

    private readonly VisionLanguageModel _model;
    private readonly UpdateParameters _parameters;
    private readonly Dictionary<Capability, ISignal> _signals;
    private readonly Dictionary<Capability, SignalTarget> _targets;
    private readonly HiddenStateMaps _maps = new([], new SeedStreams(0), CPU);
    private readonly Tensor _ids_1T;
    private readonly Tensor _imageMask_1T;
    private readonly Tensor _answerPositions_S;
    private readonly Tensor _targets_S;
    private readonly int _tokens;

    /// <param name="model">The student; left to the caller.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="tokens">T.</param>
    public SampleStep(VisionLanguageModel model, UpdateParameters parameters, int tokens)
    {
        (_model, _parameters, _tokens) = (model, parameters, tokens);
        Random random = new(1);
        int rows = model.Config.Language.VocabularySize;
        int pictures = Math.Max(1, (tokens - (2 * AnswerTokens)) / (TokensPerPicture + 2));
        int imageTokens = Math.Min(pictures * TokensPerPicture, tokens / 2);
        _ids_1T = tensor([.. Enumerable.Range(0, tokens).Select(_ => random.NextInt64(rows))], ScalarType.Int64).reshape(1, -1);
        _imageMask_1T = tensor([.. Enumerable.Range(0, tokens).Select(i => i < imageTokens)]).reshape(1, -1);
        _answerPositions_S = tensor([.. Enumerable.Range(tokens - AnswerTokens, AnswerTokens).Select(i => (long)i)], ScalarType.Int64);
        _targets_S = tensor([.. Enumerable.Range(0, AnswerTokens).Select(_ => random.NextInt64(rows))], ScalarType.Int64);
        CapabilitySignals settings = new();
        SignalModel described = new(model.Config.Language, "the model");
        _signals = Enum.GetValues<Capability>().ToDictionary(role => role, role => SignalRegistry.Create(settings[role], role, described, described));
        _targets = _signals.ToDictionary(
            entry => entry.Key,
            entry => new SignalTarget([.. entry.Value.StudentTaps.AttentionLayers.Select(_ => rand(1, tokens, tokens))]));
    }

    /// <summary>One step; the gradients are dropped.</summary>
    public void Run()
    {
        using DisposeScope scope = NewDisposeScope();
        using Probe probe = new(SignalTaps.Request([.. _signals.Values.Select(signal => signal.StudentTaps)], endsEarly: false));
        Tensor hidden_1TC = _model.Decode(_model.Embed(_ids_1T), SequencePositions.Consecutive(1, _tokens), probe: probe)!;
        SampleView view = new(probe, 0, _tokens)
        {
            ImageMask_1T = _imageMask_1T,
            AnswerPositions_S = _answerPositions_S,
            HeadWeight_VC = _model.HeadWeight,
            FinalHidden_BLC = hidden_1TC,
        };
        List<TaskLoss> losses = [new TaskLoss(TrainingTask.Supervision, Supervision.CrossEntropy(_model.Logits(view.AnswerHidden_SC()), _targets_S))];
        losses.AddRange(_signals.Select(entry => new TaskLoss(TrainingTasks.Of(entry.Key), entry.Value.Loss(view, _targets[entry.Key], _maps))));
        TaskGradients.Backpropagate(losses, _parameters).Dispose();
    }

    public void Dispose()
    {
        foreach (IDisposable owned in _targets.Values.Concat<IDisposable>([_maps, _ids_1T, _imageMask_1T, _answerPositions_S, _targets_S]))
        {
            owned.Dispose();
        }
    }
}
