using System.Globalization;
using DriveKD.Models.Families;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement;

/// <summary>
/// Which number type a device multiplies faster, tried in a moment: bfloat16 is fast on some processors and emulated on others, and on some
/// libraries' kernels for it are wrong (docs/log/2026-11-29-wrong-bfloat16-products.md).
/// </summary>
public sealed record NumberTypeTrial
{
    /// <summary>bfloat16 has to be that many times as fast: it costs digits.</summary>
    public const double LeastGain = 1.3;

    /// <summary>Models narrower than that spend their time elsewhere, and stay in float32.</summary>
    public const int LeastWidth = 512;

    private const int Side = 256;

    // Products of 256 terms of about 1 in bfloat16 are off by some hundredths; wrong kernels by more than half their size.
    private const double MostError = 0.05;

    /// <summary>Operations per second in float32.</summary>
    public required double Float32Rate { get; init; }

    /// <summary>Operations per second in bfloat16.</summary>
    public required double Bfloat16Rate { get; init; }

    /// <summary>How far bfloat16's product is from float32's, as norms.</summary>
    public required double Bfloat16Error { get; init; }

    /// <summary>The type to compute in.</summary>
    public ScalarType Best => Bfloat16Error <= MostError && Bfloat16Rate >= LeastGain * Float32Rate ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>The choice and why, for a log.</summary>
    public string Reason => string.Create(
        CultureInfo.InvariantCulture,
        $"{Precisions.NameOf(Best)}: bfloat16 multiplies {Bfloat16Rate / Float32Rate:F2} times as fast as float32 here{(Bfloat16Error > MostError ? ", and wrongly" : "")}; it is taken from {LeastGain:F1} on");

    /// <summary>Tries both types.</summary>
    /// <param name="device">The device that will compute.</param>
    public static NumberTypeTrial Run(Device device)
    {
        LibTorch.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor left = randn([Side, Side], ScalarType.Float32).to(device);
        Tensor right = randn([Side, Side], ScalarType.Float32).to(device);
        (Tensor leftHalf, Tensor rightHalf) = (left.to_type(ScalarType.BFloat16), right.to_type(ScalarType.BFloat16));
        Tensor expected = leftHalf.to_type(ScalarType.Float32).matmul(rightHalf.to_type(ScalarType.Float32));
        Tensor actual = leftHalf.matmul(rightHalf).to_type(ScalarType.Float32);
        return new NumberTypeTrial
        {
            Float32Rate = GemmRate.Measure(device, ScalarType.Float32),
            Bfloat16Rate = GemmRate.Measure(device, ScalarType.BFloat16),
            Bfloat16Error = expected.sub(actual).norm().item<float>() / expected.norm().item<float>(),
        };
    }

    /// <summary>The type for a model where it is left to the machine.</summary>
    /// <param name="device">The device that will compute.</param>
    /// <param name="config">The model.</param>
    /// <returns>The type, and why.</returns>
    public static (ScalarType Type, string Reason) For(Device device, ModelConfig config)
    {
        if (config.Language.HiddenSize < LeastWidth)
        {
            return (ScalarType.Float32, string.Create(CultureInfo.InvariantCulture, $"float32: a model {config.Language.HiddenSize} wide gains nothing from bfloat16"));
        }

        NumberTypeTrial trial = Run(device);
        return (trial.Best, trial.Reason);
    }
}
