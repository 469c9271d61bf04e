namespace DriveKD.Data.Imaging;

/// <summary>How pictures are decoded.</summary>
public sealed record ImageDecodeOptions
{
    /// <summary>What the reference trainers do: orientation ignored, at most 100 megapixels.</summary>
    public static ImageDecodeOptions Default { get; } = new();

    /// <summary>
    /// Turns the picture upright by its EXIF orientation. Off by default: neither the Drive-KD trainer nor OpenGVLab's
    /// loader does it, and a model sees what they see.
    /// </summary>
    public bool ApplyExifOrientation { get; init; }

    /// <summary>The largest picture that is decoded, in pixels; refused by its header, before any pixel is allocated.</summary>
    public long MaxPixels { get; init; } = 100_000_000;
}
