namespace DriveKD.Data.Imaging;

/// <summary>
/// The fixed-point bicubic weights of one axis, as Pillow 11.3 computes them (golden/images/README.md): a = -0.5, the kernel
/// widened by the scale when shrinking, weights normalised in double precision and rounded to 22 fractional bits.
/// </summary>
internal sealed class BicubicAxis
{
    /// <summary>Fractional bits of a weight.</summary>
    public const int PrecisionBits = 22;

    /// <summary>What an accumulator starts at, so that the final shift rounds.</summary>
    public const int Half = 1 << (PrecisionBits - 1);

    private const double A = -0.5;
    private const double KernelRadius = 2.0;

    private readonly int[] _firsts;
    private readonly int[] _offsets;
    private readonly int[] _weights;

    private BicubicAxis(int[] firsts, int[] offsets, int[] weights, int largestCount)
    {
        (_firsts, _offsets, _weights, LargestCount) = (firsts, offsets, weights, largestCount);
    }

    /// <summary>The number of outputs.</summary>
    public int Length => _firsts.Length;

    /// <summary>The largest number of inputs that any output reads.</summary>
    public int LargestCount { get; }

    /// <summary>Computes the weights.</summary>
    /// <param name="inputLength">Pixels before.</param>
    /// <param name="outputLength">Pixels after.</param>
    public static BicubicAxis Create(int inputLength, int outputLength)
    {
        double scale = (double)inputLength / outputLength;
        double widening = Math.Max(scale, 1.0);
        double support = KernelRadius * widening;
        double inverseWidening = 1.0 / widening;

        int[] firsts = new int[outputLength];
        int[] offsets = new int[outputLength + 1];
        int largestCount = 0;
        for (int output = 0; output < outputLength; output++)
        {
            double centre = (output + 0.5) * scale;
            firsts[output] = Math.Max((int)(centre - support + 0.5), 0);
            int end = Math.Min((int)(centre + support + 0.5), inputLength);
            int count = end - firsts[output];
            largestCount = Math.Max(largestCount, count);
            offsets[output + 1] = checked(offsets[output] + count);
        }

        int[] weights = new int[offsets[outputLength]];
        double[] exact = new double[largestCount];
        for (int output = 0; output < outputLength; output++)
        {
            double centre = (output + 0.5) * scale;
            Span<int> row = weights.AsSpan(offsets[output]..offsets[output + 1]);
            double sum = 0.0;
            for (int tap = 0; tap < row.Length; tap++)
            {
                exact[tap] = Cubic((tap + firsts[output] - centre + 0.5) * inverseWidening);
                sum += exact[tap];
            }

            for (int tap = 0; tap < row.Length; tap++)
            {
                double scaled = (sum == 0.0 ? exact[tap] : exact[tap] / sum) * (1 << PrecisionBits);
                row[tap] = (int)(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
            }
        }

        return new BicubicAxis(firsts, offsets, weights, largestCount);
    }

    /// <summary>The first input that an output reads.</summary>
    public int First(int output) => _firsts[output];

    /// <summary>The weights of an output's inputs, the first one first.</summary>
    public ReadOnlySpan<int> Weights(int output) => _weights.AsSpan(_offsets[output]..(_offsets[output + 1]));

    private static double Cubic(double x)
    {
        x = Math.Abs(x);
        return x switch
        {
            < 1.0 => ((((A + 2.0) * x) - (A + 3.0)) * x * x) + 1.0,
            < 2.0 => ((((x - 5.0) * x) + 8.0) * x - 4.0) * A,
            _ => 0.0,
        };
    }
}
