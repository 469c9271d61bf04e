using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Training;

/// <summary>
/// The sequence of the authors' trainer (docs/DISTILL.md): user header, pictures in the place of their placeholders, question,
/// then the whole assistant turn, header included, in the loss. No system text. Every text block is encoded on its own, so that no
/// merge crosses a border.
/// </summary>
public sealed class DriveKDTrainingLayout
{
    /// <summary>What stands for a picture in a question.</summary>
    public const string Placeholder = "<image>";

    private const string UserHeader = ChatTokens.TurnStart + "user\n";
    private const string AssistantHeader = ChatTokens.TurnStart + "assistant\n";
    private const string TurnEnd = ChatTokens.TurnEnd + "\n";

    private readonly BpeTokenizer _tokenizer;
    private readonly PromptTokens _tokens;
    private readonly PlaceholderSplitting _splitting;

    /// <param name="tokenizer">The student's tokenizer, which is also its teachers'.</param>
    /// <param name="splitting">How text is spread around several pictures.</param>
    /// <exception cref="InputException">The tokenizer is of no known family.</exception>
    public DriveKDTrainingLayout(BpeTokenizer tokenizer, PlaceholderSplitting splitting = PlaceholderSplitting.Corrected) =>
        (_tokenizer, _tokens, _splitting) = (tokenizer, PromptTokens.Resolve(tokenizer), splitting);

    /// <summary>Lays a record out.</summary>
    /// <param name="question">The question, with or without placeholders. Without any, all pictures go in front; placeholders beyond the pictures stay text.</param>
    /// <param name="answer">The answer, or null for a question to be answered: the assistant's turn is opened and nothing is in the loss.</param>
    /// <param name="imageTokenCounts">The number of image tokens of every picture, in order.</param>
    /// <param name="recordedPaths">The pictures' paths as the record holds them; needed only for <see cref="PlaceholderSplitting.AsReleased"/>.</param>
    public TrainingSequence Build(
        string question, string? answer, IReadOnlyList<int> imageTokenCounts, IReadOnlyList<string>? recordedPaths = null)
    {
        if (_splitting == PlaceholderSplitting.AsReleased && recordedPaths?.Count != imageTokenCounts.Count)
        {
            throw new ArgumentException($"{imageTokenCounts.Count} pictures need as many recorded paths.", nameof(recordedPaths));
        }

        List<string> texts = SplitAtPictures(UserHeader, question, imageTokenCounts.Count);
        texts[^1] += answer is null ? TurnEnd + AssistantHeader : TurnEnd;
        int images = texts.Count - 1;
        if (_splitting == PlaceholderSplitting.AsReleased)
        {
            texts = MixInPaths(texts, recordedPaths!);
        }

        Sequence sequence = new();
        for (int image = 0; image < images; image++)
        {
            AddText(sequence, texts[image], isSupervised: false);
            AddText(sequence, _tokens.Markup.Start, isSupervised: false);
            AddImage(sequence, image, imageTokenCounts[image]);
            AddText(sequence, _tokens.Markup.End, isSupervised: false);
        }

        AddText(sequence, texts[^1], isSupervised: false);
        if (answer is not null)
        {
            AddText(sequence, AssistantHeader + answer + TurnEnd, isSupervised: true);
        }

        return new TrainingSequence
        {
            TokenIds = [.. sequence.TokenIds],
            Labels = [.. sequence.Labels],
            ImageMask = [.. sequence.ImageMask],
            Blocks = sequence.Blocks,
            ImagesPlaced = images,
        };
    }

    // The texts before, between and behind the pictures that have a place.
    private static List<string> SplitAtPictures(string header, string question, int images)
    {
        List<string> texts = [];
        int position = 0;
        while (texts.Count < images)
        {
            int found = question.IndexOf(Placeholder, position, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            texts.Add(question[position..found]);
            position = found + Placeholder.Length;
        }

        if (texts.Count == 0)
        {
            texts.AddRange(Enumerable.Repeat("", images));
        }

        texts.Add(question[position..]);
        texts[0] = header + texts[0];
        return texts;
    }

    // The released splitter's list is text, path, text, path, ..., text; its loop takes item k before picture k and the last item at the end.
    private static List<string> MixInPaths(List<string> texts, IReadOnlyList<string> paths)
    {
        List<string> mixed = [texts[0]];
        for (int image = 0; image < texts.Count - 1; image++)
        {
            mixed.Add(paths[image]);
            mixed.Add(texts[image + 1]);
        }

        return [.. mixed.Take(texts.Count - 1), texts[^1]];
    }

    private void AddText(Sequence sequence, string text, bool isSupervised)
    {
        int[] ids = _tokenizer.Encode(text);
        sequence.TokenIds.AddRange(ids);
        sequence.Labels.AddRange(isSupervised ? ids : Enumerable.Repeat(TrainingSequence.NotSupervised, ids.Length));
        sequence.ImageMask.AddRange(Enumerable.Repeat(false, ids.Length));
        sequence.Blocks.Add(new TrainingBlock { Text = text, ImageIndex = null, IsSupervised = isSupervised, TokenCount = ids.Length });
    }

    private void AddImage(Sequence sequence, int index, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 1);
        sequence.TokenIds.AddRange(Enumerable.Repeat(_tokens.ImageSlotId, tokens));
        sequence.Labels.AddRange(Enumerable.Repeat(TrainingSequence.NotSupervised, tokens));
        sequence.ImageMask.AddRange(Enumerable.Repeat(true, tokens));
        sequence.Blocks.Add(new TrainingBlock { Text = null, ImageIndex = index, IsSupervised = false, TokenCount = tokens });
    }

    private sealed class Sequence
    {
        public List<int> TokenIds { get; } = [];

        public List<int> Labels { get; } = [];

        public List<bool> ImageMask { get; } = [];

        public List<TrainingBlock> Blocks { get; } = [];
    }
}
