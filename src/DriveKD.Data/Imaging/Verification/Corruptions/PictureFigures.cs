namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>
/// What statistics.json holds of a picture. Luminance is .299 R + .587 G + .114 B on 0..255; the Laplacian is that of four neighbours on the
/// luminance's inner pixels; black and white are shares of pixels.
/// </summary>
internal sealed record PictureFigures
{
    public required double LuminanceMean { get; init; }

    public required double LuminanceSd { get; init; }

    public required double AbsDiffMean { get; init; }

    public required double LaplacianVariance { get; init; }

    public required double BlackFraction { get; init; }

    public required double WhiteFraction { get; init; }

    /// <summary>The figures' names as the tables have them, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["luminance_mean", "luminance_sd", "abs_diff_mean", "laplacian_variance", "black_fraction", "white_fraction"];

    /// <summary>The figures in the order of their names.</summary>
    public double[] Values => [LuminanceMean, LuminanceSd, AbsDiffMean, LaplacianVariance, BlackFraction, WhiteFraction];

    /// <summary>Measures.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="clean">What it was before; of the same size.</param>
    public static PictureFigures Of(RgbImage image, RgbImage clean)
    {
        if (image.Width != clean.Width || image.Height != clean.Height)
        {
            throw new ArgumentException($"{image.Width} x {image.Height} pixels cannot be compared with {clean.Width} x {clean.Height}.", nameof(clean));
        }

        ReadOnlySpan<byte> pixels = image.Pixels;
        double[] luminance = new double[image.Width * image.Height];
        long difference = 0;
        long black = 0;
        long white = 0;
        for (int pixel = 0; pixel < luminance.Length; pixel++)
        {
            int i = 3 * pixel;
            byte red = pixels[i];
            byte green = pixels[i + 1];
            byte blue = pixels[i + 2];
            luminance[pixel] = (.299 * red) + (.587 * green) + (.114 * blue);
            difference += Math.Abs(red - clean.Pixels[i]) + Math.Abs(green - clean.Pixels[i + 1]) + Math.Abs(blue - clean.Pixels[i + 2]);
            black += (red | green | blue) == 0 ? 1 : 0;
            white += (red & green & blue) == byte.MaxValue ? 1 : 0;
        }

        (double mean, double deviation) = Moments(luminance);
        return new PictureFigures
        {
            LuminanceMean = mean,
            LuminanceSd = deviation,
            AbsDiffMean = (double)difference / pixels.Length,
            LaplacianVariance = Laplacian(luminance, image.Width, image.Height),
            BlackFraction = (double)black / luminance.Length,
            WhiteFraction = (double)white / luminance.Length,
        };
    }

    /// <summary>Mean and standard deviation of the numbers themselves, not of what they are a sample of.</summary>
    public static (double Mean, double Deviation) Moments(ReadOnlySpan<double> numbers)
    {
        double sum = 0;
        foreach (double number in numbers)
        {
            sum += number;
        }

        double mean = sum / numbers.Length;
        double squares = 0;
        foreach (double number in numbers)
        {
            squares += (number - mean) * (number - mean);
        }

        return (mean, Math.Sqrt(squares / numbers.Length));
    }

    private static double Laplacian(ReadOnlySpan<double> luminance, int width, int height)
    {
        if (width < 3 || height < 3)
        {
            return 0;
        }

        double[] values = new double[(width - 2) * (height - 2)];
        int at = 0;
        for (int y = 1; y < height - 1; y++)
        {
            for (int x = 1; x < width - 1; x++)
            {
                int i = (y * width) + x;
                values[at++] = luminance[i - 1] + luminance[i + 1] + luminance[i - width] + luminance[i + width] - (4 * luminance[i]);
            }
        }

        double deviation = Moments(values).Deviation;
        return deviation * deviation;
    }
}
