using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text.Training;
using DriveKD.Models.Generation.Prompts;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Batches;

/// <summary>
/// Answers several questions at once: prompts padded on the left, one pass of the decoder for all. Every picture goes through the vision tower
/// by itself and is kept for a while, because driving questions come several to a picture; so an answer depends neither on its neighbours in
/// the batch nor on what was asked before. Synchronous, one batch at a time.
/// </summary>
/// <remarks>Shapes: R image tokens, C channels of the decoder.</remarks>
public sealed class BatchAssistant : IDisposable
{
    /// <summary>Pictures whose features are kept: five key frames of six cameras.</summary>
    public const int DefaultPictures = 30;

    private readonly ModelAssistant _assistant;
    private readonly DriveKDTrainingLayout? _training;
    private readonly VisionCache _seen;

    /// <param name="assistant">The model; disposed of with this.</param>
    /// <param name="usesTrainingLayout">Whether prompts have the sequence that distillation trains on, instead of the model's chat template.</param>
    /// <param name="pictures">How many pictures' features are kept between batches.</param>
    public BatchAssistant(ModelAssistant assistant, bool usesTrainingLayout = false, int pictures = DefaultPictures)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pictures);
        _assistant = assistant;
        _training = usesTrainingLayout ? new DriveKDTrainingLayout(assistant.Tokenizer) : null;
        _seen = new VisionCache(pictures);
    }

    /// <summary>The model.</summary>
    public ModelAssistant Assistant => _assistant;

    /// <summary>Pictures that went through the vision tower up to now; those that were kept did not.</summary>
    public long EncodedPictures { get; private set; }

    /// <summary>Answers.</summary>
    /// <param name="questions">At least one.</param>
    /// <param name="options">How tokens are chosen. Its stop tokens are added to the model's own.</param>
    /// <param name="cancellation">Checked before every few tiles and every token.</param>
    /// <returns>One answer per question, in order.</returns>
    /// <exception cref="InputException">A question or the options are not valid, too long for the model, or the model computes no numbers; there is then no answer to any.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; there is then no answer to any.</exception>
    public IReadOnlyList<BatchAnswer> Answer(IReadOnlyList<BatchQuestion> questions, GenerationOptions options, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(questions.Count);
        options.Validate();
        PreparedPrompt[] prompts = [.. questions.Select(question => _assistant.Prompts.Build(question.Question, options.MaxNewTokens, _training))];
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor? features_RC;
        try
        {
            Tensor[] features = [.. questions.SelectMany(question => Look(question, cancellation))];
            features_RC = features.Length == 0 ? null : cat(features);
        }
        finally
        {
            _seen.Trim();
        }

        GenerationResult result = _assistant.Generator.GenerateFromFeatures(
            [.. prompts.Zip(questions, (prompt, question) => new Prompt(prompt.Ids, prompt.Pictures, question.Draws))],
            features_RC,
            options with { StopTokens = new HashSet<int>([.. _assistant.StopTokens, .. options.StopTokens]) },
            cancellation: cancellation);
        return [.. prompts.Select((prompt, row) => new BatchAnswer(
            TextOf(result.TokenIds[row]), prompt.Ids.Count, result.TokenIds[row].Count, WasCutOff: !result.Stopped[row]))];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _seen.Dispose();
        _assistant.Dispose();
    }

    /// <summary>The features of a question's pictures, each [R, C].</summary>
    private IEnumerable<Tensor> Look(BatchQuestion question, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(question.PictureKeys.Count, question.Question.Pictures.Count, nameof(question));
        PictureProcessor processor = _assistant.Prompts.ProcessorFor(question.Question);
        return question.Question.Pictures.Select((picture, i) => _seen.Get(question.PictureKeys[i], () =>
        {
            EncodedPictures++;
            return _assistant.Pictures.Encode(processor, PictureEncoder.Cut([picture], processor), progress: null, cancellation)!;
        }));
    }

    private string TextOf(IReadOnlyList<int> ids)
    {
        AnswerStream stream = new(_assistant.Tokenizer, onText: null);
        foreach (int id in ids)
        {
            stream.Append(id);
        }

        stream.Finish();
        return stream.Text;
    }
}
