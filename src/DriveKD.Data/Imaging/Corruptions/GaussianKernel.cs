namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// OpenCV's Gaussian kernel for 8-bit pictures where no sigma is given: sigma = 0.3 ((size - 1) / 2 - 1) + 0.8, weights in 256ths.
/// Each weight is rounded with the error of the one before carried over, and the centre takes what is left to 256. Up to size 9 it has fixed
/// tables, which the formula misses.
/// </summary>
internal static class GaussianKernel
{
    private const int One = 256;

    /// <summary>The weights in 256ths; they sum to 256.</summary>
    /// <param name="size">Odd, at least 1.</param>
    public static int[] Create(int size) => size switch
    {
        1 => [256],
        3 => [64, 128, 64],
        5 => [16, 64, 96, 64, 16],
        7 => [8, 28, 56, 72, 56, 28, 8],
        9 => [4, 13, 30, 51, 60, 51, 30, 13, 4],
        _ => ByFormula(size),
    };

    private static int[] ByFormula(int size)
    {
        double sigma = (0.3 * (((size - 1) * 0.5) - 1)) + 0.8;
        int middle = size / 2;
        double[] weights = new double[size];
        double sum = 0;
        for (int i = 0; i < size; i++)
        {
            double distance = i - middle;
            weights[i] = Math.Exp(-0.5 * distance * distance / (sigma * sigma));
            sum += weights[i];
        }

        int[] kernel = new int[size];
        double error = 0;
        int left = One;
        for (int i = 0; i < middle; i++)
        {
            double exact = (weights[i] / sum * One) + error;
            int rounded = (int)Math.Round(exact, MidpointRounding.ToEven);
            error = exact - rounded;
            kernel[i] = rounded;
            kernel[size - 1 - i] = rounded;
            left -= 2 * rounded;
        }

        kernel[middle] = left;
        return kernel;
    }
}
