using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Training;
using DriveKD.Models.Generation.Prompts;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Attention;

/// <summary>
/// Reads a model's text-to-vision maps of many layers over a sequence that is given: its own answer, another model's or a text. Where the
/// assistant keeps prompts (<see cref="ModelAssistant.KeepsPrompts"/>) pictures that it has answered about are not encoded again.
/// </summary>
/// <remarks>Shapes: R image tokens, C channels.</remarks>
public sealed class SequenceReader
{
    private readonly ModelAssistant _assistant;
    private readonly PromptTokens _tokens;

    /// <param name="assistant">The model; the caller keeps owning it.</param>
    public SequenceReader(ModelAssistant assistant) => (_assistant, _tokens) = (assistant, PromptTokens.Resolve(assistant.Tokenizer));

    /// <summary>A question with an answer that the model gave.</summary>
    /// <param name="question">The question as it was asked.</param>
    /// <param name="answer">What came.</param>
    /// <exception cref="InputException">The question has no picture, or is not valid.</exception>
    public AttentionSequence Of(Question question, Answer answer) => Of(question, answer.Text, answer.TokenIds);

    /// <summary>A question with a text as its answer.</summary>
    /// <param name="question">The question.</param>
    /// <param name="answer">The text, as a model would have written it.</param>
    /// <exception cref="InputException">The question has no picture, the answer is empty or holds control tokens of the turns, or both are too long for the model.</exception>
    public AttentionSequence Of(Question question, string answer)
    {
        if (string.IsNullOrWhiteSpace(answer))
        {
            throw new InputException("answer", "is empty; a text is expected, or leave it out: then the model answers.");
        }

        IReadOnlyList<Problem> problems = Question.FindReserved("answer", answer);
        return problems.Count > 0 ? throw new InputException(problems) : Of(question, answer, _assistant.Tokenizer.Encode(answer));
    }

    /// <summary>The tokens of question, answer or both.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="rows">Which are wanted.</param>
    /// <exception cref="InputException">There are none.</exception>
    public ChosenRows Choose(AttentionSequence sequence, AttentionRows rows)
    {
        int[] positions = TextRows.Find(rows, sequence.PromptIds, sequence.AnswerIds.Count, _assistant.Tokenizer, _tokens);
        return new ChosenRows(positions, TextRows.Describe(rows, positions.Length));
    }

    /// <summary>
    /// The tokens of a word, at every place where it stands behind the last picture in question or answer. It is matched on decoded text,
    /// whatever pieces the tokenizer cut it into, whole words only, letters whatever their case.
    /// </summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="word">One word, or several as they stand in the text.</param>
    /// <exception cref="InputException">It does not occur, or only before the last picture; the message shows where it was looked for.</exception>
    public ChosenRows Choose(AttentionSequence sequence, string word) =>
        WordRows.Find(word, [.. sequence.PromptIds, .. sequence.AnswerIds], sequence.PromptIds.Count, _assistant.Tokenizer, _tokens);

    /// <summary>Prompt and answer as people read them, with the chosen tokens marked.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="rows">The chosen tokens.</param>
    public (IReadOnlyList<SequencePiece> Prompt, IReadOnlyList<SequencePiece> Answer) Show(AttentionSequence sequence, ChosenRows rows)
    {
        int[] ids = [.. sequence.PromptIds, .. sequence.AnswerIds];
        HashSet<int> chosen = [.. rows.Positions];
        IReadOnlyList<SequencePiece> Cut(int start, int end) =>
            SequencePieces.Cut(ids, start, end, chosen, sequence.Pictures, _assistant.Tokenizer, _tokens.ImageSlotId);
        return (Cut(0, sequence.PromptIds.Count), Cut(sequence.PromptIds.Count, ids.Length));
    }

    /// <summary>Reads the maps, all layers in one pass.</summary>
    /// <param name="sequence">Of this model, or of another that <see cref="SequenceFit"/> lets pass.</param>
    /// <param name="rows">The tokens whose attention is read.</param>
    /// <param name="layers">Decoder layers from 1, each once.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancellation">Checked between tiles and before the pass.</param>
    /// <returns>One map for each layer, in their order.</returns>
    /// <exception cref="InputException">The sequence is too long for the model, or weights are not finite.</exception>
    public IReadOnlyList<TextToVisionMap> Read(
        AttentionSequence sequence,
        ChosenRows rows,
        IReadOnlyList<int> layers,
        IProgress<AnswerProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        int[] ids = [.. sequence.PromptIds, .. sequence.AnswerIds];
        long limit = _assistant.Config.MostTokens;
        if (ids.Length > limit)
        {
            throw new InputException(_assistant.Folder, $"takes {limit} tokens, and the sequence has {ids.Length}. Use fewer tiles or pictures, or a shorter answer.");
        }

        PictureProcessor processor = _assistant.Prompts.ProcessorFor(sequence.Question);
        IReadOnlyList<RgbImage> tiles = PictureEncoder.Cut(sequence.Question.Pictures, processor);
        using Tensor features_RC = (_assistant.Memory is ConversationMemory memory
            ? memory.Encode(processor, tiles, PieceKey.Of(processor, tiles), progress, cancellation)
            : _assistant.Pictures.Encode(processor, tiles, progress, cancellation))!;
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new AnswerProgress(AnswerStage.Attention, 0, ids.Length));
        IReadOnlyList<TextToVisionMap> maps = new TextToVisionReader(_assistant.Model, _tokens.ImageSlotId).Read(ids, sequence.Pictures, features_RC, rows.Positions, layers);
        return maps.FirstOrDefault(map => !map.Weights.All(float.IsFinite)) is TextToVisionMap broken
            ? throw new InputException(_assistant.Folder, $"attention weights of layer {broken.Layer} are not finite. Check the model's weights and data type.")
            : maps;
    }

    /// <summary>Gives every picture the mean weights of its own tokens, at their places in the picture.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="map">A map of it.</param>
    public IReadOnlyList<PictureAttention> Place(AttentionSequence sequence, TextToVisionMap map) =>
        PictureWeights.Split(map.Mean, sequence.Question.Pictures, sequence.Pictures);

    private AttentionSequence Of(Question question, string answer, IReadOnlyList<int> answerIds)
    {
        PreparedPrompt prompt = _assistant.Prompts.Build(
            question, answerIds.Count, question.UsesTrainingLayout ? new DriveKDTrainingLayout(_assistant.Tokenizer) : null);
        return prompt.Pictures.Count == 0
            ? throw new InputException("attention", "was asked for without a picture to lay it over; give one.")
            : new AttentionSequence { Question = question, Answer = answer, PromptIds = prompt.Ids, AnswerIds = answerIds, Pictures = prompt.Pictures };
    }
}
