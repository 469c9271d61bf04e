using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Training;

namespace DriveKD.Distillation.Batching;

/// <summary>Makes token ids and pictures' values of a sample, in the layout of the authors' trainer: every picture whole, no tiles. One thread at a time.</summary>
public sealed class SampleEncoder
{
    // 440 pictures of 448 pixels, or 7,000 of 112.
    private const long MostPictureBytes = 256L << 20;

    private readonly DriveKDTrainingLayout _layout;
    private readonly ResizedPictures _pictures = new(MostPictureBytes);
    private readonly Dictionary<string, PictureLayout> _layouts = new(StringComparer.Ordinal);
    private readonly PictureProcessor[] _processors;

    /// <summary>An encoder for one student and its teachers.</summary>
    /// <param name="tokenizer">The tokenizer that all of them share.</param>
    /// <param name="processors">How they have pictures, the student first; all make the same tokens of a picture, in one piece.</param>
    /// <param name="splitting">How text is spread around several pictures.</param>
    public SampleEncoder(
        BpeTokenizer tokenizer, IEnumerable<PictureProcessor> processors, PlaceholderSplitting splitting = PlaceholderSplitting.Corrected) =>
        (_layout, _processors) = (new DriveKDTrainingLayout(tokenizer, splitting), [.. processors.Distinct()]);

    /// <summary>The lengths of the sequence and of the part of it that is supervised. Of pictures at most the size is read.</summary>
    /// <param name="sample">The sample.</param>
    /// <exception cref="Data.Errors.InputException">Tokens depend on the pictures' sizes, and one is missing or no picture.</exception>
    public (int Tokens, int Supervised) CountTokens(Sample sample)
    {
        TrainingSequence sequence = Lay(sample, sample.Answer);
        return (sequence.TokenIds.Length, sequence.Labels.Count(label => label != TrainingSequence.NotSupervised));
    }

    /// <summary>How a picture stands in a sequence. At most its size is read, once.</summary>
    /// <param name="image">The picture.</param>
    /// <exception cref="Data.Errors.InputException">Its size matters, and it is missing, no picture, or of a size that is not taken.</exception>
    public PictureLayout LayoutOf(SampleImage image)
    {
        if (_processors[0].FixedLayout is PictureLayout known)
        {
            return known;
        }

        if (!_layouts.TryGetValue(image.Key, out PictureLayout? layout))
        {
            (int width, int height) = image.ReadSize();
            layout = _processors[0].LayoutOf(width, height, image.RecordedPath);
            _layouts.Add(image.Key, layout);
        }

        return layout;
    }

    /// <summary>The token ids up to the answer: what a model is given to generate it.</summary>
    /// <param name="sample">The sample.</param>
    public IReadOnlyList<int> EncodeQuestion(Sample sample) => Lay(sample, answer: null).TokenIds;

    /// <summary>Tokens, labels, mask and values of pictures.</summary>
    /// <param name="sample">A sample with an answer.</param>
    /// <exception cref="Data.Errors.InputException">A picture is missing or cannot be decoded.</exception>
    public EncodedSample Encode(Sample sample)
    {
        EncodedSample encoded = EncodeTokens(sample);
        return encoded with { Pieces = Values([.. sample.Images.Take(encoded.Layouts.Count)]) };
    }

    /// <summary>As <see cref="Encode"/>, without values of pictures: for one who looks at pictures at another time.</summary>
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
            // Pictures beyond the question's placeholders have no place in the sequence.
            Layouts = [.. sample.Images.Take(sequence.ImagesPlaced).Select(LayoutOf)],
            Pieces = new Dictionary<PictureProcessor, IReadOnlyList<PicturePiece>>(),
        };
    }

    /// <summary>A picture's values, as <see cref="Encode"/> gives them.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="processor">One of the encoder's.</param>
    /// <exception cref="Data.Errors.InputException">It is missing or cannot be decoded.</exception>
    public PicturePiece EncodePicture(SampleImage image, PictureProcessor processor) => processor.Normalise(_pictures.Read(image, [processor])[0]);

    private TrainingSequence Lay(Sample sample, string? answer) => _layout.Build(
        sample.Question,
        answer,
        [.. sample.Images.Select(image => LayoutOf(image).Tokens)],
        [.. sample.Images.Select(image => image.RecordedPath)]);

    private Dictionary<PictureProcessor, IReadOnlyList<PicturePiece>> Values(SampleImage[] images)
    {
        IReadOnlyList<RgbImage>[] pictures = [.. images.Select(image => _pictures.Read(image, _processors))];
        return _processors.Select((processor, place) => (processor, place)).ToDictionary(
            entry => entry.processor, entry => (IReadOnlyList<PicturePiece>)[.. pictures.Select(pieces => entry.processor.Normalise(pieces[entry.place]))]);
    }
}
