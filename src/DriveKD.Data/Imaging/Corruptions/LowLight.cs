namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Night: the picture is stretched from its smallest to its largest level, squared (gamma 2) and scaled to a peak; then photons are
/// counted (Poisson) and the sensor's noise is added (Gaussian). DriveBench's code indexes its tables by the severity itself, so severity 4
/// takes their last entries, 5 does not exist, and the first entries are never used; kept so.
/// </summary>
internal static class LowLight
{
    private static readonly double[] _peaks = [.60, .50, .40, .30, .20];
    private static readonly double[] _photons = [600, 250, 120, 50, 30];
    private static readonly double[] _noise = [.1 * .08, .1 * .12, .1 * .18, .1 * .26, .1 * .38];

    /// <summary>Corrupts a picture with noise of its own.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 4.</param>
    /// <param name="random">Where the noise comes from.</param>
    public static RgbImage Apply(RgbImage image, int severity, CorruptionRandom random) => ApplyTable(image, severity, random);

    /// <summary>Corrupts a picture by an entry of the tables.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="index">Of the tables, 0 to 4.</param>
    /// <param name="random">Where the noise comes from.</param>
    public static RgbImage ApplyTable(RgbImage image, int index, CorruptionRandom random)
    {
        double[] rates = Rates(image, index);
        PoissonTable?[] tables = new PoissonTable?[rates.Length];
        ReadOnlySpan<byte> source = image.Pixels;
        byte[] target = GC.AllocateUninitializedArray<byte>(source.Length);
        for (int i = 0; i < source.Length; i++)
        {
            PoissonTable table = tables[source[i]] ??= new PoissonTable(rates[source[i]]);
            target[i] = Exposed(table.CountAt(random.NextDouble()), random.NextNormal(), index);
        }

        return new RgbImage(image.Width, image.Height, target);
    }

    /// <summary>Corrupts a picture with counted photons and normal numbers that are given.</summary>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="index">Of the tables, 0 to 4.</param>
    /// <param name="photons">One count per channel of each pixel.</param>
    /// <param name="normals">One standard normal number per channel of each pixel.</param>
    public static RgbImage Apply(int width, int height, int index, ReadOnlySpan<int> photons, ReadOnlySpan<float> normals)
    {
        byte[] target = GC.AllocateUninitializedArray<byte>(photons.Length);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = Exposed(photons[i], normals[i], index);
        }

        return new RgbImage(width, height, target);
    }

    /// <summary>For each of the 256 levels, how many photons are expected.</summary>
    /// <param name="image">Its smallest and largest level are what is stretched.</param>
    /// <param name="index">Of the tables, 0 to 4.</param>
    public static double[] Rates(RgbImage image, int index)
    {
        byte smallest = byte.MaxValue;
        byte largest = 0;
        foreach (byte level in image.Pixels)
        {
            smallest = Math.Min(smallest, level);
            largest = Math.Max(largest, level);
        }

        double low = smallest / 255.0;
        double range = (largest / 255.0) - low;
        double[] rates = new double[256];
        for (int level = smallest; level <= largest; level++)
        {
            // A picture of one level cannot be stretched; the reference divides by 0 there. It becomes black.
            double stretched = range == 0 ? 0 : ((level / 255.0) - low) / range;
            rates[level] = stretched * stretched * _peaks[index] * 255 / 255.0 * _photons[index];
        }

        return rates;
    }

    // Through 0..255 and back between the two noises, as the reference goes.
    private static byte Exposed(int photons, double normal, int index)
    {
        double light = Math.Min(photons / _photons[index], 1) * 255;
        return Levels.Truncate((light / 255.0) + (normal * _noise[index]));
    }
}
