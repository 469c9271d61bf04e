using static TorchSharp.torch;

namespace DriveKD.Models.Tensors;

/// <summary>Evenly spaced whole numbers, made without Scalars (see <see cref="Scalars"/>: torch.arange converts in place).</summary>
public static class Ranges
{
    /// <summary>int64: start, start + step, ... below end.</summary>
    /// <param name="start">The first number.</param>
    /// <param name="end">Not reached.</param>
    /// <param name="step">At least 1.</param>
    /// <param name="device">Where the tensor lies.</param>
    public static Tensor Of(long start, long end, int step, Device device)
    {
        long[] numbers = new long[Math.Max(0, (end - start + step - 1) / step)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = start + ((long)i * step);
        }

        return tensor(numbers, ScalarType.Int64, device);
    }
}
