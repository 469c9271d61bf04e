using System.Runtime.InteropServices;

namespace DriveKD.Data.Imaging;

/// <summary>(value / 255 - mean) / std per channel, in float32, from a table of the 256 byte values.</summary>
public sealed class PixelNormalization : IEquatable<PixelNormalization>
{
    private readonly float[] _red;
    private readonly float[] _green;
    private readonly float[] _blue;

    /// <summary>Fixes mean and standard deviation.</summary>
    /// <param name="mean">Of R, G, B, in the range 0 to 1.</param>
    /// <param name="standardDeviation">Of R, G, B; positive.</param>
    public PixelNormalization(ReadOnlySpan<float> mean, ReadOnlySpan<float> standardDeviation)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mean.Length, 3, nameof(mean));
        ArgumentOutOfRangeException.ThrowIfNotEqual(standardDeviation.Length, 3, nameof(standardDeviation));
        _red = Table(mean[0], standardDeviation[0]);
        _green = Table(mean[1], standardDeviation[1]);
        _blue = Table(mean[2], standardDeviation[2]);
    }

    /// <summary>ImageNet's statistics: InternVL (its preprocessor_config.json).</summary>
    public static PixelNormalization ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>CLIP's statistics: Qwen2.5-VL (its preprocessor_config.json).</summary>
    public static PixelNormalization Clip { get; } = new([0.48145466f, 0.4578275f, 0.40821073f], [0.26862954f, 0.26130258f, 0.27577711f]);

    /// <summary>Normalises a picture into planes.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="planes">Receives [3, height, width], R first; exactly 3 * height * width values.</param>
    public void Write(RgbImage image, Span<float> planes)
    {
        int size = image.Width * image.Height;
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, 3L * size, nameof(planes));
        Write(image.Pixels, planes[..size], planes.Slice(size, size), planes.Slice(2 * size, size));
    }

    /// <inheritdoc />
    public bool Equals(PixelNormalization? other) =>
        other is not null && _red.AsSpan().SequenceEqual(other._red) && _green.AsSpan().SequenceEqual(other._green) && _blue.AsSpan().SequenceEqual(other._blue);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as PixelNormalization);

    /// <summary>The six numbers' effect as a text that is equal where they are.</summary>
    public override string ToString() => FormattableString.Invariant($"{_red[0]:R} {_red[^1]:R} {_green[0]:R} {_green[^1]:R} {_blue[0]:R} {_blue[^1]:R}");

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_red[0], _red[^1], _green[0], _green[^1], _blue[0], _blue[^1]);

    /// <summary>Normalises one run of pixels into three runs of values.</summary>
    /// <param name="pixels">RGB bytes.</param>
    /// <param name="red">One value per pixel.</param>
    /// <param name="green">One value per pixel.</param>
    /// <param name="blue">One value per pixel.</param>
    internal void Write(ReadOnlySpan<byte> pixels, Span<float> red, Span<float> green, Span<float> blue)
    {
        green = green[..red.Length];
        blue = blue[..red.Length];
        ReadOnlySpan<Rgb> triples = MemoryMarshal.Cast<byte, Rgb>(pixels)[..red.Length];
        for (int i = 0; i < triples.Length; i++)
        {
            Rgb pixel = triples[i];
            red[i] = _red[pixel.R];
            green[i] = _green[pixel.G];
            blue[i] = _blue[pixel.B];
        }
    }

    private static float[] Table(float mean, float standardDeviation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(standardDeviation);
        float[] table = new float[256];
        for (int value = 0; value < table.Length; value++)
        {
            table[value] = ((value / 255f) - mean) / standardDeviation;
        }

        return table;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly struct Rgb
    {
        public readonly byte R;
        public readonly byte G;
        public readonly byte B;
    }
}
