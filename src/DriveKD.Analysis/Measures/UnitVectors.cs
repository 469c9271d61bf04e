namespace DriveKD.Analysis.Measures;

/// <summary>Directions: vectors as they are compared by cosine.</summary>
public static class UnitVectors
{
    /// <summary>v / |v|.</summary>
    /// <param name="values">v.</param>
    /// <returns>Length 1; empty where v is 0 or holds what is no number.</returns>
    public static float[] Of(ReadOnlySpan<float> values)
    {
        double squares = Dot(values, values);
        if (!(squares > 0 && double.IsFinite(squares)))
        {
            return [];
        }

        double scale = 1 / Math.Sqrt(squares);
        float[] unit = new float[values.Length];
        for (int i = 0; i < unit.Length; i++)
        {
            unit[i] = (float)(values[i] * scale);
        }

        return unit;
    }

    /// <summary>cos(a, b) = a b / (|a| |b|); NaN where either is 0.</summary>
    /// <param name="a">A vector.</param>
    /// <param name="b">One of as many numbers.</param>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, a.Length);
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
