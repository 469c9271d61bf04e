using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>A sample as token ids and pixels, before it becomes tensors: made ahead of the step, on another thread.</summary>
/// <remarks>Shapes: N pictures, S pixels per side.</remarks>
public sealed record EncodedSample
{
    /// <summary>The record it was made from.</summary>
    public required Sample Source { get; init; }

    /// <summary>Token ids; image slots hold the image token's id.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>The token to predict at each position, or -100 where none is.</summary>
    public required IReadOnlyList<int> Labels { get; init; }

    /// <summary>true where a position holds an image embedding.</summary>
    public required IReadOnlyList<bool> ImageMask { get; init; }

    /// <summary>Normalised pixels [N, 3, S, S] by S: student and teachers may look at different sizes. Empty without pictures.</summary>
    public required IReadOnlyDictionary<int, float[]> PixelsByTileSize { get; init; }

    /// <summary>It shows at least one picture in its sequence.</summary>
    public bool HasPictures => PixelsByTileSize.Count > 0;

    /// <summary>N.</summary>
    public int PictureCount => Source.Images.Count;
}
