using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// Looks at the student between steps: cross-entropy of held-out answers, and greedy answers compared with the reference, letter for
/// letter but for blanks at both ends. Pictures go through the tower once for both.
/// </summary>
/// <remarks>Shapes: N pictures, P tokens per picture, T tokens, C channels.</remarks>
internal sealed class Validator
{
    private readonly VisionLanguageModel _student;
    private readonly SampleEncoder _encoder;
    private readonly BpeTokenizer _tokenizer;
    private readonly IReadOnlyList<Sample> _samples;
    private readonly ValidationSettings _settings;
    private readonly PictureFeatures _features;
    private readonly TextGenerator _generator;
    private readonly GenerationOptions _options;

    /// <param name="student">The student.</param>
    /// <param name="encoder">An encoder of its own: the training's is in use by another thread.</param>
    /// <param name="tokenizer">The student's.</param>
    /// <param name="samples">What <see cref="ValidationSelection"/> drew.</param>
    /// <param name="features">What towers make of pictures; left to the caller.</param>
    /// <param name="settings">How many are answered, and how long an answer may be.</param>
    public Validator(
        VisionLanguageModel student, SampleEncoder encoder, BpeTokenizer tokenizer, IReadOnlyList<Sample> samples, PictureFeatures features, ValidationSettings settings)
    {
        _features = features;
        (_student, _encoder, _tokenizer, _samples, _settings) = (student, encoder, tokenizer, samples, settings);
        PromptTokens tokens = PromptTokens.Resolve(tokenizer);
        _generator = new TextGenerator(student, tokens.ImageSlotId);
        _options = new GenerationOptions { MaxNewTokens = settings.MaxNewTokens, StopTokens = new HashSet<int> { tokens.TurnEndId } };
    }

    /// <summary>Validates.</summary>
    /// <param name="progress">Told after every sample.</param>
    /// <param name="cancellation">Checked between samples.</param>
    public ValidationResult Run(IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        List<(Capability Capability, double Loss)> losses = [];
        List<(Capability Capability, double Match)> matches = [];
        using IDisposable noGrad = no_grad();
        for (int i = 0; i < _samples.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new DataProgress("Validating", i, _samples.Count));
            using DisposeScope scope = NewDisposeScope();
            Sample sample = _samples[i];
            EncodedSample encoded = _encoder.Encode(sample);
            using SampleBatch tensors = new([encoded], _student.Placement.Device);
            Tensor? features_RC = _features.Of(_student, tensors);
            losses.Add((sample.Capability, Loss(tensors, features_RC)));
            if (i < _settings.Answers)
            {
                Prompt prompt = new(_encoder.EncodeQuestion(sample), encoded.Layouts);
                GenerationResult answer = _generator.GenerateFromFeatures([prompt], features_RC, _options, cancellation: cancellation);
                bool isMatch = _tokenizer.Decode(answer.TokenIds[0]).Trim() == sample.Answer!.Trim();
                matches.Add((sample.Capability, isMatch ? 1 : 0));
            }
        }

        return new ValidationResult
        {
            Losses = losses.GroupBy(entry => entry.Capability).ToDictionary(group => group.Key, group => group.Average(entry => entry.Loss)),
            ExactMatches = matches.GroupBy(entry => entry.Capability).ToDictionary(group => group.Key, group => group.Average(entry => entry.Match)),
            Samples = losses.Count,
            Answers = matches.Count,
        };
    }

    private double Loss(SampleBatch sample, Tensor? features_RC)
    {
        Tensor embeddings_1TC = sample.Embed(_student, features_RC);
        Tensor hidden_1TC = _student.Decode(embeddings_1TC, sample.PositionsFor(_student))!;
        Tensor supervised_SC = hidden_1TC.squeeze(0).index_select(0, sample.Positions_S);
        return Supervision.CrossEntropy(_student.Logits(supervised_SC), sample.Targets_S).item<float>();
    }
}
