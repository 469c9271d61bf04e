namespace DriveKD.World.Geometry;

/// <summary>
/// Sine, cosine and arc tangent by additions, multiplications (one of them fused) and divisions alone. IEEE 754 fixes those to the bit, so a seed gives the same
/// world on every machine; the C library's functions differ in their last bit from one to the next.
/// </summary>
public static class PortableTrigonometry
{
    private const double HalfPi = Math.PI / 2;

    // The part of pi / 2 that its double leaves out.
    private const double HalfPiRest = 6.123233995736766e-17;

    /// <summary>The sine, within 2e-16 of the true one for angles up to some thousand turns.</summary>
    /// <param name="radians">Any finite angle.</param>
    public static double Sin(double radians)
    {
        (double angle, int quarter) = Reduce(radians);
        return quarter switch { 0 => SinCore(angle), 1 => CosCore(angle), 2 => -SinCore(angle), _ => -CosCore(angle) };
    }

    /// <summary>The cosine, as exact as <see cref="Sin"/>.</summary>
    /// <param name="radians">Any finite angle.</param>
    public static double Cos(double radians)
    {
        (double angle, int quarter) = Reduce(radians);
        return quarter switch { 0 => CosCore(angle), 1 => -SinCore(angle), 2 => -CosCore(angle), _ => SinCore(angle) };
    }

    /// <summary>The angle of a direction, in (-pi, pi].</summary>
    /// <param name="y">Its northward part.</param>
    /// <param name="x">Its eastward part.</param>
    public static double Atan2(double y, double x)
    {
        if (x == 0 && y == 0)
        {
            return 0;
        }

        (double ay, double ax) = (Math.Abs(y), Math.Abs(x));
        double angle = ay <= ax ? AtanCore(ay / ax) : HalfPi - AtanCore(ax / ay);
        angle = x < 0 ? Math.PI - angle : angle;
        return y < 0 ? -angle : angle;
    }

    /// <summary>The same angle in (-pi, pi].</summary>
    /// <param name="radians">Any finite angle.</param>
    public static double Wrap(double radians)
    {
        double turned = radians - (2 * Math.PI * Math.Floor((radians + Math.PI) / (2 * Math.PI)));
        return turned <= -Math.PI ? turned + (2 * Math.PI) : turned;
    }

    private static (double Angle, int Quarter) Reduce(double radians)
    {
        double turns = Math.Round(radians / HalfPi);
        double angle = Math.FusedMultiplyAdd(-turns, HalfPi, radians) - (turns * HalfPiRest);
        return (angle, (int)(((long)turns % 4 + 4) % 4));
    }

    // Taylor series for |x| <= pi / 4; the next terms are below 2^-53.
    private static double SinCore(double x)
    {
        double square = x * x;
        double series = 1;
        for (int n = 19; n >= 3; n -= 2)
        {
            series = 1 - (square / (n * (n - 1.0)) * series);
        }

        return x * series;
    }

    private static double CosCore(double x)
    {
        double square = x * x;
        double series = 1;
        for (int n = 20; n >= 2; n -= 2)
        {
            series = 1 - (square / (n * (n - 1.0)) * series);
        }

        return series;
    }

    // Halved thrice, atan z = 2 atan(z / (1 + sqrt(1 + z^2))), then the series of |x| <= 0.1.
    private static double AtanCore(double z)
    {
        for (int half = 0; half < 3; half++)
        {
            z /= 1 + Math.Sqrt(1 + (z * z));
        }

        double square = z * z;
        double series = 1.0 / 17;
        for (int n = 15; n >= 1; n -= 2)
        {
            series = (1.0 / n) - (square * series);
        }

        return 8 * z * series;
    }
}
