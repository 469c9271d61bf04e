namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// The taps of a motion blur of the package imagecorruptions: 2 radius + 1 samples along a line that begins at the pixel, weighted by half
/// a Gaussian that sums to 1. Taps whose shift leaves the picture end the line; the sum is then below 1, as there.
/// </summary>
internal sealed class MotionKernel
{
    /// <summary>Lays the taps.</summary>
    /// <param name="width">Of the picture.</param>
    /// <param name="height">Of the picture.</param>
    /// <param name="radius">Of the line.</param>
    /// <param name="sigma">Of the Gaussian, in taps.</param>
    /// <param name="angleDegrees">Of the line.</param>
    public MotionKernel(int width, int height, int radius, double sigma, double angleDegrees)
    {
        int taps = (2 * radius) + 1;
        double angle = angleDegrees * (Math.PI / 180);
        double down = taps * Math.Sin(angle);
        double across = taps * Math.Cos(angle);
        double length = Math.Sqrt((down * down) + (across * across));
        double[] weights = Weights(taps, sigma);
        List<(int Right, int Down, double Weight)> used = [];
        for (int i = 0; i < taps; i++)
        {
            int shiftDown = -(int)Math.Ceiling((i * down / length) - 0.5);
            int shiftRight = -(int)Math.Ceiling((i * across / length) - 0.5);
            if (Math.Abs(shiftDown) >= height || Math.Abs(shiftRight) >= width)
            {
                break;
            }

            // A picture shifted to the right shows at each place what stood to the left of it.
            used.Add((-shiftRight, -shiftDown, weights[i]));
        }

        Taps = used;
    }

    /// <summary>Where each sample lies relative to the pixel, and its weight.</summary>
    public IReadOnlyList<(int Right, int Down, double Weight)> Taps { get; }

    private static double[] Weights(int taps, double sigma)
    {
        double[] weights = new double[taps];
        for (int i = 0; i < taps; i++)
        {
            weights[i] = Math.Exp(-((double)i * i) / (2 * (sigma * sigma))) / (Math.Sqrt(2 * Math.PI) * sigma);
        }

        double sum = Sum(weights);
        for (int i = 0; i < taps; i++)
        {
            weights[i] /= sum;
        }

        return weights;
    }

    // In NumPy's order, eight sums at a time: an even area's level must not fall below its whole number, or it is cut off.
    private static double Sum(ReadOnlySpan<double> numbers)
    {
        Span<double> sums = stackalloc double[8];
        numbers[..8].CopyTo(sums);
        int i = 8;
        for (; i + 8 <= numbers.Length; i += 8)
        {
            for (int lane = 0; lane < 8; lane++)
            {
                sums[lane] += numbers[i + lane];
            }
        }

        double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
        for (; i < numbers.Length; i++)
        {
            sum += numbers[i];
        }

        return sum;
    }
}
