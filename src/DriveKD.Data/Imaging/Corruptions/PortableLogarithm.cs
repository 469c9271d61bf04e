namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>The natural logarithm by additions, multiplications and one division: the same bits on every machine, within 4e-16 relative.</summary>
internal static class PortableLogarithm
{
    private const double Ln2 = 0.69314718055994530942;
    private const double Sqrt2 = 1.41421356237309504880;

    /// <summary>The logarithm.</summary>
    /// <param name="value">Positive, finite and not subnormal.</param>
    public static double Of(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (mantissa > Sqrt2)
        {
            mantissa /= 2;
            exponent++;
        }

        // log m = 2 artanh(r) with r = (m - 1) / (m + 1), |r| < 0.1716; the series' next term is below 2^-53 of the first.
        double r = (mantissa - 1) / (mantissa + 1);
        double r2 = r * r;
        double series = 1.0 / 21;
        for (int odd = 19; odd >= 3; odd -= 2)
        {
            series = (series * r2) + (1.0 / odd);
        }

        return (exponent * Ln2) + (2 * r * ((series * r2) + 1));
    }
}
