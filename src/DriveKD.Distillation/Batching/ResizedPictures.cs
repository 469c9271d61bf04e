using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// Pictures as squares, kept as bytes once they were decoded: the frames of a scene come up in many questions, and decoding a
/// camera picture takes longer than a small model's step. Filled until the limit and never emptied. One thread at a time.
/// </summary>
internal sealed class ResizedPictures(long maxBytes)
{
    private readonly Dictionary<(string Key, int Side), RgbImage> _kept = [];
    private long _bytes;

    /// <summary>The picture at every size.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="sides">Sides in pixels.</param>
    /// <exception cref="Data.Errors.InputException">The file cannot be decoded.</exception>
    public IReadOnlyList<RgbImage> Read(SampleImage image, IReadOnlyList<int> sides)
    {
        string key = image.Key;
        if (sides.All(side => _kept.ContainsKey((key, side))))
        {
            return [.. sides.Select(side => _kept[(key, side)])];
        }

        RgbImage picture = image.Read();
        RgbImage[] squares = [.. sides.Select(side => SingleSquare.Resize(picture, side))];
        foreach (RgbImage square in squares)
        {
            if (_bytes + square.Pixels.Length <= maxBytes && _kept.TryAdd((key, square.Width), square))
            {
                _bytes += square.Pixels.Length;
            }
        }

        return squares;
    }
}
