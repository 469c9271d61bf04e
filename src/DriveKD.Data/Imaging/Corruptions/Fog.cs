using System.Globalization;
using System.Numerics;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Fog: a cloud (<see cref="PlasmaFractal"/>) is added with a strength, and the sum is scaled back so that the brightest level stays:
/// x' = (x + strength * map) * max / (max + strength). As <c>fog</c> of the package imagecorruptions; the cloud's side is the next
/// power of two of the picture's longer side.
/// </summary>
internal static class Fog
{
    private const int LongestSide = 8192;

    private static readonly (double Strength, double Decay)[] _table = [(1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="random">Where the cloud comes from.</param>
    /// <exception cref="InputException">The picture is so large that its cloud would need gigabytes.</exception>
    public static RgbImage Apply(RgbImage image, int severity, CorruptionRandom random)
    {
        int longer = Math.Max(image.Width, image.Height);
        if (longer > LongestSide)
        {
            throw new InputException("fog", string.Create(CultureInfo.InvariantCulture, $"the picture has {image.Width} x {image.Height} pixels; its longer side may have {LongestSide} at most."));
        }

        int side = Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)longer), 2);
        float[] map = PlasmaFractal.Create(side, _table[severity - 1].Decay, () => random.NextDouble(-1, 1));
        return Apply(image, severity, map, side);
    }

    /// <summary>Corrupts a picture with a cloud that is given.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="map">Numbers from 0 to 1, row by row.</param>
    /// <param name="mapWidth">Numbers per row, at least the picture's width.</param>
    public static RgbImage Apply(RgbImage image, int severity, ReadOnlySpan<float> map, int mapWidth)
    {
        double strength = _table[severity - 1].Strength;
        byte largest = 0;
        foreach (byte level in image.Pixels)
        {
            largest = Math.Max(largest, level);
        }

        double brightest = largest / 255.0;
        ReadOnlySpan<byte> source = image.Pixels;
        byte[] target = GC.AllocateUninitializedArray<byte>(source.Length);
        ReadOnlySpan<double> unit = Levels.Unit;
        int i = 0;
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<float> row = map.Slice(y * mapWidth, image.Width);
            for (int x = 0; x < row.Length; x++)
            {
                double added = strength * row[x];
                for (int channel = 0; channel < 3; channel++, i++)
                {
                    target[i] = Levels.Truncate((unit[source[i]] + added) * brightest / (brightest + strength));
                }
            }
        }

        return new RgbImage(image.Width, image.Height, target);
    }
}
