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

    // Where a number type is emulated a large product takes half a minute, and a small one says as much.
    private const double LeastRateForLarge = 1e10;

    /// <summary>
    /// The best of several products of two square matrices of 2048 rows, in floating-point operations per second; of 256 rows where those
    /// already show that the type is emulated.
    /// </summary>
    /// <param name="device">The device that computes.</param>
    /// <param name="dtype">float32 or bfloat16.</param>
    public static double Measure(Device device, ScalarType dtype)
    {
        double trial = Best(device, dtype, TrialSide, rounds: 2);
        return trial < LeastRateForLarge ? trial : Best(device, dtype, Side, Rounds);
    }

    /// <summary>The best of several products of two square matrices, in floating-point operations per second.</summary>
    internal static double Best(Device device, ScalarType dtype, int side, int rounds)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor left = randn([side, side], ScalarType.Float32).to(dtype, device);
        Tensor right = randn([side, side], ScalarType.Float32).to(dtype, device);
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

        return 2 * Math.Pow(side, 3) / best;
    }
}
