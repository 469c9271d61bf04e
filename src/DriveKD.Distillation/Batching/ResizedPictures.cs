using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// Pictures as models have them, kept as bytes once they were decoded: the frames of a scene come up in many questions, and decoding a
/// camera picture takes longer than a small model's step. Filled until the limit and never emptied. One thread at a time.
/// </summary>
internal sealed class ResizedPictures(long maxBytes)
{
    private readonly Dictionary<(string Key, PictureProcessor Processor), RgbImage> _kept = [];
    private long _bytes;

    /// <summary>The picture as every model has it, one piece each.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="processors">How models have it.</param>
    /// <exception cref="Data.Errors.InputException">The file cannot be decoded, or a model does not take pictures of its size.</exception>
    public IReadOnlyList<RgbImage> Read(SampleImage image, IReadOnlyList<PictureProcessor> processors)
    {
        string key = image.Key;
        if (processors.All(processor => _kept.ContainsKey((key, processor))))
        {
            return [.. processors.Select(processor => _kept[(key, processor)])];
        }

        RgbImage picture = image.Read();
        RgbImage[] pieces = [.. processors.Select(processor => processor.Cut(picture, image.RecordedPath).Single())];
        foreach ((PictureProcessor processor, RgbImage piece) in processors.Zip(pieces))
        {
            if (_bytes + piece.Pixels.Length <= maxBytes && _kept.TryAdd((key, processor), piece))
            {
                _bytes += piece.Pixels.Length;
            }
        }

        return pieces;
    }
}
