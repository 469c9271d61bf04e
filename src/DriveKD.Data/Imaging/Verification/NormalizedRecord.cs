namespace DriveKD.Data.Imaging.Verification;

/// <summary>What a golden table records of a picture normalised by ImageNet's statistics.</summary>
internal sealed record NormalizedRecord
{
    /// <summary>The tolerance of normalised values (golden/images/README.md).</summary>
    public const double Tolerance = 2e-6;

    // The tables round means to six decimals, sums to three.
    private const double RoundingOfMeans = 1e-6;
    private const double RoundingOfSums = 1e-3;

    public required int[] Shape { get; init; }

    public required double[] ChannelMean { get; init; }

    public required double[] ChannelStd { get; init; }

    public required double Sum { get; init; }

    public required double SumAbs { get; init; }

    public required IReadOnlyList<NormalizedValue> Values { get; init; }

    /// <summary>Normalises a picture and compares everything that is recorded.</summary>
    public void Compare(Comparison comparison, RgbImage image)
    {
        if (ChannelMean.Length != 3 || ChannelStd.Length != 3)
        {
            comparison.Fail("the statistics do not hold three channels");
            return;
        }

        int size = image.Width * image.Height;
        float[] planes = new float[3 * size];
        PixelNormalization.ImageNet.Write(image, planes);
        comparison.Same("shape", string.Join(" x ", 3, image.Height, image.Width), string.Join(" x ", Shape));

        foreach (NormalizedValue value in Values)
        {
            bool isInside = value.C is >= 0 and < 3 && value.X >= 0 && value.X < image.Width && value.Y >= 0 && value.Y < image.Height;
            if (!isInside)
            {
                comparison.Fail($"value ({value.C}, {value.Y}, {value.X}) is not inside the picture");
                continue;
            }

            comparison.Near($"value ({value.C}, {value.Y}, {value.X})", -1, planes[(((value.C * image.Height) + value.Y) * image.Width) + value.X], value.Value);
        }

        double sum = 0;
        double sumAbsolute = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            ReadOnlySpan<float> plane = planes.AsSpan(channel * size, size);
            double channelSum = 0;
            double squares = 0;
            foreach (float value in plane)
            {
                channelSum += value;
                squares += (double)value * value;
                sumAbsolute += Math.Abs(value);
            }

            double mean = channelSum / size;
            double deviation = Math.Sqrt(Math.Max((squares / size) - (mean * mean), 0));
            comparison.Derived("mean of channel", channel, mean, ChannelMean[channel], Tolerance + RoundingOfMeans);
            comparison.Derived("standard deviation of channel", channel, deviation, ChannelStd[channel], Tolerance + RoundingOfMeans);
            sum += channelSum;
        }

        comparison.Derived("sum", -1, sum, Sum, (Tolerance * planes.Length) + RoundingOfSums);
        comparison.Derived("sum of absolute values", -1, sumAbsolute, SumAbs, (Tolerance * planes.Length) + RoundingOfSums);
    }
}
