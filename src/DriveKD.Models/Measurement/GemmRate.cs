using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement;

/// <summary>How fast the machine multiplies matrices: what times are compared with, measured in the same run as they are.</summary>
public static class GemmRate
{
    private const int Side = 2048;
    private const int TrialSide = 256;
    private const int Rounds = 6;
    private const int LayerRows = 512;
    private const int LayerChannels = 896;
    private const int LayerInner = 4864;

    // Where a number type is emulated a large product takes half a minute, and a small one says as much.
    private const double LeastRateForLarge = 1e10;

    /// <summary>
    /// The best of several products of two square matrices of 2048 rows, in floating-point operations per second. Where those of 256 rows already
    /// show that the type is emulated, of these and of a product shaped like a decoder layer's: the rate then hangs on the shape.
    /// </summary>
    /// <param name="device">The device that computes.</param>
    /// <param name="dtype">float32 or bfloat16.</param>
    public static double Measure(Device device, ScalarType dtype)
    {
        double trial = Best(device, dtype, TrialSide, rounds: 2);
        return trial >= LeastRateForLarge
            ? Best(device, dtype, Side, Rounds)
            : Math.Max(trial, Best(device, dtype, LayerRows, LayerChannels, LayerInner, rounds: 2));
    }

    /// <summary>The best of several products of two square matrices, in floating-point operations per second.</summary>
    internal static double Best(Device device, ScalarType dtype, int side, int rounds) => Best(device, dtype, side, side, side, rounds);

    private static double Best(Device device, ScalarType dtype, int rows, int inner, int columns, int rounds)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor left = randn([rows, inner], ScalarType.Float32).to(dtype, device);
        // As linear layers hold their weights.
        Tensor right = randn([columns, inner], ScalarType.Float32).to(dtype, device).transpose(0, 1);
        double best = double.PositiveInfinity;
        for (int round = 0; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = left.matmul(right);
            if (device.type == DeviceType.CUDA)
            {
                cuda.synchronize(device);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * rows * inner * columns / best;
    }
}
