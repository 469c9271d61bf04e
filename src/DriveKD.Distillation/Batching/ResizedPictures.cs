using DriveKD.Data.Imaging;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// Pictures as squares, kept as bytes once they were decoded: the frames of a scene come up in many questions, and decoding a
/// camera picture takes longer than a small model's step. Filled until the limit and never emptied. One thread at a time.
/// </summary>
internal sealed class ResizedPictures(long maxBytes)
{
    private readonly Dictionary<(string Path, int Side), RgbImage> _kept = [];
    private long _bytes;

    /// <summary>The picture at every size.</summary>
    /// <param name="path">The picture's file.</param>
    /// <param name="sides">Sides in pixels.</param>
    /// <exception cref="Data.Errors.InputException">The file cannot be decoded.</exception>
    public IReadOnlyList<RgbImage> Read(string path, IReadOnlyList<int> sides)
    {
        if (sides.All(side => _kept.ContainsKey((path, side))))
        {
            return [.. sides.Select(side => _kept[(path, side)])];
        }

        RgbImage picture = ImageDecoder.Decode(path);
        RgbImage[] squares = [.. sides.Select(side => SingleSquare.Resize(picture, side))];
        foreach (RgbImage square in squares)
        {
            if (_bytes + square.Pixels.Length <= maxBytes && _kept.TryAdd((path, square.Width), square))
            {
                _bytes += square.Pixels.Length;
            }
        }

        return squares;
    }
}
