namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// The draws that corruptions need, made of a stream's bits by additions, multiplications, divisions and roots alone, which IEEE 754
/// fixes to the bit: the libraries' logarithm differs between machines, and one bit would shift everything drawn after it.
/// </summary>
internal sealed class CorruptionRandom(RandomBits bits)
{
    private double _spareNormal = double.NaN;

    /// <summary>In [0, 1): the upper 53 of the next 64 bits, times 2^-53.</summary>
    public double NextDouble() => (bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>In [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A whole number from <paramref name="first"/> to <paramref name="last"/>, both possible; the first where last is below it.</summary>
    public int NextInt(int first, int last)
    {
        if (last <= first)
        {
            return first;
        }

        // Lemire 2019: multiply, reject the uneven rest.
        ulong range = (ulong)((long)last - first + 1);
        ulong uneven = (0 - range) % range;
        ulong high;
        ulong low;
        do
        {
            high = Math.BigMul(bits(), range, out low);
        }
        while (low < uneven);

        return (int)(first + (long)high);
    }

    /// <summary>A standard normal number, by Marsaglia's polar method.</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            double spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }

        double x;
        double y;
        double square;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            square = (x * x) + (y * y);
        }
        while (square >= 1 || square == 0);

        double factor = Math.Sqrt(-2 * PortableLogarithm.Of(square) / square);
        _spareNormal = y * factor;
        return x * factor;
    }

    /// <summary>Draws some of the numbers from 0 to <paramref name="count"/> - 1 without replacement.</summary>
    /// <param name="chosen">How many.</param>
    /// <param name="count">Of how many; at least as many as are drawn.</param>
    public int[] Choose(int chosen, int count)
    {
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = i;
        }

        for (int i = 0; i < chosen; i++)
        {
            int other = NextInt(i, count - 1);
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }

        return numbers[..chosen];
    }
}
