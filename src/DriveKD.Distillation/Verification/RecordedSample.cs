using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Data.Text.Training;
using DriveKD.Distillation.Batching;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>One sample as the recorded trainer fed it to its models.</summary>
internal sealed class RecordedSample
{
    private const string ImageBlock = "(image)";

    private RecordedSample(int index, Capability capability, IReadOnlyList<(string Text, int Tokens, bool IsSupervised)> blocks) =>
        (Index, Capability, Blocks) = (index, capability, blocks);

    /// <summary>Its number in the run.</summary>
    public int Index { get; }

    /// <summary>What it asks for.</summary>
    public Capability Capability { get; }

    /// <summary>Text blocks and pictures in order.</summary>
    public IReadOnlyList<(string Text, int Tokens, bool IsSupervised)> Blocks { get; }

    /// <summary>Token ids; image positions hold the image token's id.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>The token where it is in the loss, else -100.</summary>
    public required IReadOnlyList<int> Labels { get; init; }

    /// <summary>True where a picture's embedding stands.</summary>
    public required IReadOnlyList<bool> ImageMask { get; init; }

    /// <summary>How many pictures have a place.</summary>
    public int Pictures => Blocks.Count(IsPicture);

    /// <summary>The record that it was made of; null where none is found.</summary>
    public Sample? Record { get; set; }

    /// <summary>Reads a list of samples.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It is not of this form.</exception>
    public static IReadOnlyList<RecordedSample> ReadAll(string path) => [.. GoldenFile.ReadList(path).Select(Read)];

    /// <summary>
    /// Whether a record is what this sample was made of: capability, answer, number of pictures, and the end of the question, the one part
    /// of it that no splitting moves. Its tokens are not looked at: they are what is compared.
    /// </summary>
    /// <param name="record">A record.</param>
    public bool IsMadeOf(Sample record) =>
        record.Capability == Capability
        && record.Answer is not null
        && record.Images.Count == Pictures
        && Blocks.Any(block => block.IsSupervised && block.Text.Contains(record.Answer, StringComparison.Ordinal))
        && Blocks.LastOrDefault(block => !block.IsSupervised && !IsPicture(block)).Text?.Contains(EndOf(record.Question), StringComparison.Ordinal) == true;

    /// <summary>The sample as the step takes it.</summary>
    /// <param name="processor">How the models have pictures.</param>
    /// <param name="pieces">The pictures' values.</param>
    /// <param name="source">What the run calls the sample.</param>
    public EncodedSample Encode(PictureProcessor processor, IReadOnlyList<PicturePiece> pieces, Sample source) => new()
    {
        Source = source,
        TokenIds = TokenIds,
        Labels = Labels,
        ImageMask = ImageMask,
        Layouts = [.. pieces.Select(piece => processor.LayoutOf(piece.Width, piece.Height))],
        Pieces = new Dictionary<PictureProcessor, IReadOnlyList<PicturePiece>> { [processor] = pieces },
    };

    /// <summary>The block of a picture, as recordings name it.</summary>
    /// <param name="text">The block's text; null for a picture.</param>
    public static string NameOf(string? text) => text ?? ImageBlock;

    private static bool IsPicture((string Text, int Tokens, bool IsSupervised) block) => block.Text == ImageBlock;

    private static string EndOf(string question)
    {
        int last = question.LastIndexOf(DriveKDTrainingLayout.Placeholder, StringComparison.Ordinal);
        return last < 0 ? question : question[(last + DriveKDTrainingLayout.Placeholder.Length)..];
    }

    private static RecordedSample Read(GoldenFacts facts)
    {
        RecordedSample sample = new(
            facts.Need("sample_index", facts.Integer("sample_index")), facts.Capability("capability"), facts.Need("text_blocks", facts.Blocks("text_blocks")))
        {
            TokenIds = facts.Need("token_ids", facts.Integers("token_ids")),
            Labels = facts.Need("labels", facts.Integers("labels")),
            ImageMask = [.. facts.Need("image_mask", facts.Integers("image_mask")).Select(flag => flag != 0)],
        };
        int length = facts.Integer("T") ?? sample.TokenIds.Count;
        return length > 0 && sample.TokenIds.Count == length && sample.Labels.Count == length && sample.ImageMask.Count == length
            ? sample
            : throw facts.Wrong("T", "the length of token_ids, labels and image_mask");
    }
}
