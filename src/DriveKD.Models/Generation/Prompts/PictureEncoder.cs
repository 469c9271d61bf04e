using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>
/// Pictures to features, a few pieces at a time: memory stays that of a few pieces, and between them the caller hears how far it is
/// and may cancel.
/// </summary>
/// <remarks>Shapes: R image tokens, C channels of the decoder.</remarks>
internal sealed class PictureEncoder
{
    // Four squares of the released models; a picture at its own size has as many by itself.
    private const int TokensAtOnce = 1024;
    private const int MostAtOnce = 4;

    private readonly VisionLanguageModel _model;

    public PictureEncoder(VisionLanguageModel model) => _model = model;

    /// <summary>Cuts every picture; the pieces of all follow each other.</summary>
    public static IReadOnlyList<RgbImage> Cut(IReadOnlyList<QuestionPicture> pictures, PictureProcessor processor) =>
        [.. pictures.SelectMany(picture => processor.Cut(picture.Image, picture.Name))];

    /// <summary>Normalises pieces and runs them through tower and projector.</summary>
    /// <param name="processor">What cut them.</param>
    /// <param name="pieces">The pieces.</param>
    /// <param name="progress">Told before and after every few pieces.</param>
    /// <param name="cancellation">Checked before every few pieces.</param>
    /// <returns>[R, C] in the model's dtype; null without any.</returns>
    public Tensor? Encode(PictureProcessor processor, IReadOnlyList<RgbImage> pieces, IProgress<AnswerProgress>? progress, CancellationToken cancellation)
    {
        if (pieces.Count == 0)
        {
            return null;
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> parts = [];
        for (int first = 0; first < pieces.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new AnswerProgress(AnswerStage.Vision, first, pieces.Count));
            int count = CountAtOnce(processor, pieces, first);
            parts.Add(_model.EncodeImages([.. pieces.Skip(first).Take(count).Select(processor.Normalise)]));
            first += count;
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    private static int CountAtOnce(PictureProcessor processor, IReadOnlyList<RgbImage> pieces, int first)
    {
        int count = 0;
        int tokens = 0;
        do
        {
            tokens += processor.TokensOf(pieces[first + count].Width, pieces[first + count].Height);
            count++;
        }
        while (first + count < pieces.Count && count < MostAtOnce
            && tokens + processor.TokensOf(pieces[first + count].Width, pieces[first + count].Height) <= TokensAtOnce);
        return count;
    }
}
