using DriveKD.Data.Imaging;
using DriveKD.Models.InternVL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>
/// Pictures to features, a few tiles at a time: memory stays that of a few tiles, and between them the caller hears how far it is
/// and may cancel.
/// </summary>
/// <remarks>Shapes: N tiles, P tokens per tile, C channels of the decoder.</remarks>
internal sealed class PictureEncoder
{
    private const int TilesAtOnce = 4;

    private readonly InternVLModel _model;

    public PictureEncoder(InternVLModel model) => _model = model;

    /// <summary>Cuts every picture; the tiles of all follow each other.</summary>
    public static IReadOnlyList<RgbImage> Cut(IReadOnlyList<QuestionPicture> pictures, DynamicTiling tiling) =>
        [.. pictures.SelectMany(picture => tiling.Cut(picture.Image))];

    /// <summary>Normalises tiles and runs them through tower and projector.</summary>
    /// <param name="tiles">Squares of the model's tile size.</param>
    /// <param name="progress">Told before and after every few tiles.</param>
    /// <param name="cancellation">Checked before every few tiles.</param>
    /// <returns>[N, P, C] in the model's dtype; null without tiles.</returns>
    public Tensor? Encode(IReadOnlyList<RgbImage> tiles, IProgress<AnswerProgress>? progress, CancellationToken cancellation)
    {
        if (tiles.Count == 0)
        {
            return null;
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> parts = [];
        for (int first = 0; first < tiles.Count; first += TilesAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new AnswerProgress(AnswerStage.Vision, first, tiles.Count));
            using Tensor pixels_N3HW = Normalise([.. tiles.Skip(first).Take(TilesAtOnce)]);
            parts.Add(_model.EncodeImages(pixels_N3HW));
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>float32 [N, 3, H, W].</summary>
    private static Tensor Normalise(RgbImage[] tiles)
    {
        int values = 3 * tiles[0].Width * tiles[0].Height;
        float[] pixels = new float[tiles.Length * values];
        for (int i = 0; i < tiles.Length; i++)
        {
            PixelNormalization.ImageNet.Write(tiles[i], pixels.AsSpan(i * values, values));
        }

        return tensor(pixels, [tiles.Length, 3, tiles[0].Height, tiles[0].Width]);
    }
}
