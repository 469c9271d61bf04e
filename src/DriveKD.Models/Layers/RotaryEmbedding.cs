using DriveKD.Models.InternVL;
using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>
/// Rotary position embeddings of one forward pass: the cosine and sine of every position, shared by all layers.
/// Channel pairs are (i, i + width/2), the "rotate half" convention of Qwen2.
/// </summary>
/// <remarks>Shapes: B batch, H heads, T tokens, D channels per head.</remarks>
internal sealed class RotaryEmbedding : IDisposable
{
    private RotaryEmbedding(Tensor cosine, Tensor sine) => (Cosine_B1TD, Sine_B1TD) = (cosine, sine);

    /// <summary>Cosines in the activations' dtype.</summary>
    public Tensor Cosine_B1TD { get; }

    /// <summary>Sines in the activations' dtype.</summary>
    public Tensor Sine_B1TD { get; }

    /// <summary>Builds the table for given positions.</summary>
    /// <param name="config">Base, head width and scaling.</param>
    /// <param name="positions_BT">int64 positions.</param>
    /// <param name="highestPosition">The greatest of them: "dynamic" scaling depends on it.</param>
    /// <param name="dtype">The activations' dtype.</param>
    public static RotaryEmbedding Create(LanguageModelConfig config, Tensor positions_BT, long highestPosition, ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        int width = config.HeadSize;
        double theta = BaseFor(config, highestPosition + 1);
        // Computed as the reference does: float32 exponents, float32 power.
        Tensor exponents = Ranges.Of(0, width, 2, positions_BT.device).to_type(ScalarType.Float32).div(Scalars.Of((double)width));
        Tensor frequencies = tensor((float)theta, device: positions_BT.device).pow(exponents).reciprocal();
        if (config.RopeScaling == RopeScalingKind.Linear)
        {
            frequencies = frequencies.div(Scalars.Of(config.RopeFactor));
        }

        Tensor angles_BTd = positions_BT.to_type(ScalarType.Float32).unsqueeze(-1).mul(frequencies);
        Tensor angles_B1TD = cat([angles_BTd, angles_BTd], -1).unsqueeze(1);
        // Angles are float32 always; only their cosine and sine are rounded.
        return new RotaryEmbedding(
            angles_B1TD.cos().to_type(dtype).DetachFromDisposeScope(), angles_B1TD.sin().to_type(dtype).DetachFromDisposeScope());
    }

    /// <summary>The base of the frequencies for a sequence of <paramref name="length"/> positions.</summary>
    public static double BaseFor(LanguageModelConfig config, long length)
    {
        if (config.RopeScaling != RopeScalingKind.Dynamic || length <= config.MaxPositions)
        {
            return config.RopeTheta;
        }

        double stretch = (config.RopeFactor * length / config.MaxPositions) - (config.RopeFactor - 1);
        return config.RopeTheta * Math.Pow(stretch, config.HeadSize / (config.HeadSize - 2.0));
    }

    /// <summary>Rotates queries or keys.</summary>
    /// <param name="input_BHTD">Before rotation.</param>
    /// <returns>The same shape and dtype.</returns>
    public Tensor Rotate(Tensor input_BHTD)
    {
        using DisposeScope scope = NewDisposeScope();
        long half = input_BHTD.shape[^1] / 2;
        Tensor first = input_BHTD.narrow(-1, 0, half);
        Tensor second = input_BHTD.narrow(-1, half, half);
        Tensor turned_BHTD = cat([second.neg(), first], -1);
        return input_BHTD.mul(Cosine_B1TD).Plus(turned_BHTD.mul(Sine_B1TD)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Cosine_B1TD.Dispose();
        Sine_B1TD.Dispose();
    }
}
