namespace DriveKD.Models.Checkpoints;

/// <summary>Arithmetic on shapes that come from files.</summary>
internal static class TensorShape
{
    public static string Format(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Elements of a shape, or null where any partial product of the sizes leaves 63 bits.</summary>
    public static long? ElementCount(ReadOnlySpan<long> shape)
    {
        long product = 1;
        bool isEmpty = false;
        foreach (long size in shape)
        {
            if (size == 0)
            {
                // The other sizes must still multiply without overflow: strides are made of them.
                isEmpty = true;
                continue;
            }

            if (size < 0 || product > long.MaxValue / size)
            {
                return null;
            }

            product *= size;
        }

        return isEmpty ? 0 : product;
    }
}
