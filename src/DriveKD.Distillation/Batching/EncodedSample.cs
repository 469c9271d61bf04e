using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>A sample as token ids and pixels, before it becomes tensors: made ahead of the step, on another thread.</summary>
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

    /// <summary>How the pictures that have a place stand in the sequence, in order.</summary>
    public required IReadOnlyList<PictureLayout> Layouts { get; init; }

    /// <summary>
    /// Those pictures' values, one piece each, by the way that a model has its pictures: student and teachers may look at different sizes. Empty
    /// where pictures are looked at another time.
    /// </summary>
    public required IReadOnlyDictionary<PictureProcessor, IReadOnlyList<PicturePiece>> Pieces { get; init; }

    /// <summary>It shows at least one picture in its sequence.</summary>
    public bool HasPictures => Layouts.Count > 0;

    /// <summary>Pictures of the record, those without a place too.</summary>
    public int PictureCount => Source.Images.Count;
}
