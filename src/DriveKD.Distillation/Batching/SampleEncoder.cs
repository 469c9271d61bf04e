using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Training;

namespace DriveKD.Distillation.Batching;

/// <summary>Makes token ids and pixels of a sample, in the layout of the authors' trainer: every picture one square, no tiles. One thread at a time.</summary>
public sealed class SampleEncoder
{
    // 440 pictures of 448 pixels, or 7,000 of 112.
    private const long MostPictureBytes = 256L << 20;

    private readonly DriveKDTrainingLayout _layout;
    private readonly ResizedPictures _pictures = new(MostPictureBytes);
    private readonly int _tokensPerPicture;
    private readonly IReadOnlyList<int> _tileSizes;

    /// <summary>An encoder for one student and its teachers.</summary>
    /// <param name="tokenizer">The tokenizer that all of them share.</param>
    /// <param name="tokensPerPicture">Image tokens of one square.</param>
    /// <param name="tileSizes">The distinct picture sizes that student and teachers look at.</param>
    /// <param name="splitting">How text is spread around several pictures.</param>
    public SampleEncoder(
        BpeTokenizer tokenizer, int tokensPerPicture, IReadOnlyList<int> tileSizes, PlaceholderSplitting splitting = PlaceholderSplitting.Corrected) =>
        (_layout, _tokensPerPicture, _tileSizes) = (new DriveKDTrainingLayout(tokenizer, splitting), tokensPerPicture, tileSizes);

    /// <summary>The lengths of the sequence and of the part of it that is supervised, without touching pictures.</summary>
    /// <param name="sample">The sample.</param>
    public (int Tokens, int Supervised) CountTokens(Sample sample)
    {
        TrainingSequence sequence = Lay(sample, sample.Answer);
        return (sequence.TokenIds.Length, sequence.Labels.Count(label => label != TrainingSequence.NotSupervised));
    }

    /// <summary>The token ids up to the answer: what a model is given to generate it.</summary>
    /// <param name="sample">The sample.</param>
    public IReadOnlyList<int> EncodeQuestion(Sample sample) => Lay(sample, answer: null).TokenIds;

    /// <summary>Tokens, labels, mask and pixels.</summary>
    /// <param name="sample">A sample with an answer.</param>
    /// <exception cref="Data.Errors.InputException">A picture is missing or cannot be decoded.</exception>
    public EncodedSample Encode(Sample sample)
    {
        TrainingSequence sequence = Lay(sample, sample.Answer);
        // Pictures beyond the question's placeholders have no place in the sequence.
        SampleImage[] placed = [.. sample.Images.Take(sequence.ImagesPlaced)];
        return new EncodedSample
        {
            Source = sample,
            TokenIds = sequence.TokenIds,
            Labels = sequence.Labels,
            ImageMask = sequence.ImageMask,
            PixelsByTileSize = placed.Length == 0 ? new Dictionary<int, float[]>() : Pixels(placed),
        };
    }

    /// <summary>As <see cref="Encode"/>, with empty pixels of every size: for one who looks at pictures at another time.</summary>
    /// <param name="sample">A sample with an answer.</param>
    public EncodedSample EncodeTokens(Sample sample)
    {
        TrainingSequence sequence = Lay(sample, sample.Answer);
        return new EncodedSample
        {
            Source = sample,
            TokenIds = sequence.TokenIds,
            Labels = sequence.Labels,
            ImageMask = sequence.ImageMask,
            PixelsByTileSize = (sequence.ImagesPlaced == 0 ? [] : _tileSizes).ToDictionary(side => side, _ => Array.Empty<float>()),
        };
    }

    /// <summary>A picture's normalised pixels, [3, side, side], as <see cref="Encode"/> gives them.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="side">One of the encoder's sizes.</param>
    /// <exception cref="Data.Errors.InputException">It is missing or cannot be decoded.</exception>
    public float[] EncodePicture(SampleImage image, int side)
    {
        float[] pixels = new float[3 * side * side];
        PixelNormalization.ImageNet.Write(_pictures.Read(image, [side])[0], pixels);
        return pixels;
    }

    private TrainingSequence Lay(Sample sample, string? answer) => _layout.Build(
        sample.Question,
        answer,
        [.. Enumerable.Repeat(_tokensPerPicture, sample.Images.Count)],
        [.. sample.Images.Select(image => image.RecordedPath)]);

    private Dictionary<int, float[]> Pixels(SampleImage[] images)
    {
        Dictionary<int, float[]> pixels = _tileSizes.ToDictionary(side => side, side => new float[images.Length * 3 * side * side]);
        for (int i = 0; i < images.Length; i++)
        {
            IReadOnlyList<RgbImage> squares = _pictures.Read(images[i], _tileSizes);
            foreach (RgbImage square in squares)
            {
                int size = 3 * square.Width * square.Width;
                PixelNormalization.ImageNet.Write(square, pixels[square.Width].AsSpan(i * size, size));
            }
        }

        return pixels;
    }
}
