using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement;

/// <summary>How fast the machine multiplies matrices: what times are compared with, measured in the same run as they are.</summary>
public static class GemmRate
{
    private const int Side = 2048;
    private const int Rounds = 6;

    /// <summary>The best of several products of two square matrices of 2048 rows, in floating-point operations per second.</summary>
    /// <param name="device">The device that computes.</param>
    /// <param name="dtype">float32 or bfloat16.</param>
    public static double Measure(Device device, ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor left = randn([Side, Side], ScalarType.Float32).to(dtype, device);
        Tensor right = randn([Side, Side], ScalarType.Float32).to(dtype, device);
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = left.matmul(right);
            if (device.type == DeviceType.CUDA)
            {
                cuda.synchronize(device);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2 * Math.Pow(Side, 3) / best;
    }
}
