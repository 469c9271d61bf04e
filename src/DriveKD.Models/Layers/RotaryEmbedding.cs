using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>
/// Rotary position embeddings of one forward pass: the cosine and sine of every position, shared by all layers.
/// Channel pairs are (i, i + width/2), the "rotate half" convention of Qwen2.
/// </summary>
/// <remarks>Shapes: B batch, H heads, T tokens, D channels per head, X channels of all heads.</remarks>
internal sealed class RotaryEmbedding : IDisposable
{
    // Up to this width of a head its channels are turned by a matrix product: copies of a few channels each cost more than that.
    private const int WidestByMatrix = 32;

    // The sine, negative in the first half of the channels.
    private readonly Tensor _turningSine_B1TD;

    // Cosine and sine of all heads side by side, by the number of heads.
    private readonly Dictionary<int, (Tensor Cosine_BTX, Tensor Sine_BTX)> _wide = [];

    // Sends channel c to c + D/2 and c - D/2: what "rotate half" wants but for the sign.
    private Tensor? _turn_DD;

    private RotaryEmbedding(Tensor cosine, Tensor sine)
    {
        (Cosine_B1TD, Sine_B1TD) = (cosine, sine);
        Tensor[] halves = sine.chunk(2, -1);
        using Tensor negative = halves[0].neg();
        _turningSine_B1TD = cat([negative, halves[1]], -1).DetachFromDisposeScope();
    }

    /// <summary>Cosines in the activations' dtype.</summary>
    public Tensor Cosine_B1TD { get; }

    /// <summary>Sines in the activations' dtype.</summary>
    public Tensor Sine_B1TD { get; }

    /// <summary>Builds the table for given positions.</summary>
    /// <param name="config">Base, head width, scaling and sections.</param>
    /// <param name="positions">int64 positions [B, T], or [3, B, T] for time, row and column.</param>
    /// <param name="highestPosition">The greatest of them: "dynamic" scaling depends on it.</param>
    /// <param name="dtype">The activations' dtype.</param>
    public static RotaryEmbedding Create(LanguageModelConfig config, Tensor positions, long highestPosition, ScalarType dtype)
    {
        using DisposeScope scope = NewDisposeScope();
        int width = config.HeadSize;
        double theta = BaseFor(config, highestPosition + 1);
        // Computed as the reference does: float32 exponents, float32 power.
        Tensor exponents = Ranges.Of(0, width, 2, positions.device).to_type(ScalarType.Float32).div(Scalars.Of((double)width));
        Tensor frequencies = tensor((float)theta, device: positions.device).pow(exponents).reciprocal();
        if (config.RopeScaling == RopeScalingKind.Linear)
        {
            frequencies = frequencies.div(Scalars.Of(config.RopeFactor));
        }

        Tensor angles_BTd = positions.to_type(ScalarType.Float32).unsqueeze(-1).mul(frequencies);
        if (positions.dim() == 3)
        {
            angles_BTd = Sections(angles_BTd, config.Sections ?? throw new ArgumentException("Three positions were given; the model turns by one.", nameof(positions)));
        }

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

    /// <summary>Rotates queries or keys whose heads stand side by side.</summary>
    /// <param name="input_BTX">Before rotation, X = H D.</param>
    /// <param name="heads">H.</param>
    /// <returns>[B, H, T, D], the same values as <see cref="Rotate"/> gives.</returns>
    public Tensor RotateHeads(Tensor input_BTX, int heads)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long tokens, long width) = (input_BTX.shape[0], input_BTX.shape[1], input_BTX.shape[2] / heads);
        if (width > WidestByMatrix)
        {
            return Rotate(input_BTX.reshape(batch, tokens, heads, width).transpose(1, 2)).MoveToOuterDisposeScope();
        }

        (Tensor cosine_BTX, Tensor sine_BTX) = Wide(heads);
        // Every sum has one term that is not 0: nothing is rounded.
        Tensor turned_BTX = input_BTX.reshape(-1, width).matmul(Turn_DD(width)).reshape(batch, tokens, heads * width);
        return input_BTX.mul(cosine_BTX).Plus(turned_BTX.mul(sine_BTX)).reshape(batch, tokens, heads, width).transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Rotates queries or keys.</summary>
    /// <param name="input_BHTD">Before rotation.</param>
    /// <returns>The same shape and dtype.</returns>
    public Tensor Rotate(Tensor input_BHTD)
    {
        using DisposeScope scope = NewDisposeScope();
        // Turned by half its channels, the input stands where "rotate half" wants it but for the sign, which the sine has.
        Tensor turned_BHTD = input_BHTD.roll(input_BHTD.shape[^1] / 2, -1);
        return input_BHTD.mul(Cosine_B1TD).Plus(turned_BHTD.mul(_turningSine_B1TD)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Cosine_B1TD.Dispose();
        Sine_B1TD.Dispose();
        _turningSine_B1TD.Dispose();
        _turn_DD?.Dispose();
        foreach ((Tensor cosine_BTX, Tensor sine_BTX) in _wide.Values)
        {
            cosine_BTX.Dispose();
            sine_BTX.Dispose();
        }
    }

    /// <summary>Of the angles [3, B, T, d] by time, row and column those that each frequency turns by: [B, T, d].</summary>
    private static Tensor Sections(Tensor angles_3BTd, RotarySections sections)
    {
        (int start, List<Tensor> parts) = (0, []);
        foreach ((int axis, int count) in ((int, int)[])[(0, sections.Time), (1, sections.Height), (2, sections.Width)])
        {
            parts.Add(angles_3BTd.select(0, axis).narrow(-1, start, count));
            start += count;
        }

        return cat(parts, -1);
    }

    private (Tensor Cosine_BTX, Tensor Sine_BTX) Wide(int heads)
    {
        if (!_wide.TryGetValue(heads, out (Tensor Cosine_BTX, Tensor Sine_BTX) wide))
        {
            wide = (SideBySide(Cosine_B1TD, heads), SideBySide(_turningSine_B1TD, heads));
            _wide.Add(heads, wide);
        }

        return wide;
    }

    private Tensor Turn_DD(long width)
    {
        if (_turn_DD is null)
        {
            using DisposeScope scope = NewDisposeScope();
            float[] entries = new float[width * width];
            for (long channel = 0; channel < width; channel++)
            {
                entries[(channel * width) + ((channel + (width / 2)) % width)] = 1;
            }

            _turn_DD = tensor(entries).reshape(width, width).to(Cosine_B1TD.dtype, Cosine_B1TD.device, copy: true).DetachFromDisposeScope();
        }

        return _turn_DD;
    }

    private static Tensor SideBySide(Tensor values_B1TD, int heads)
    {
        using DisposeScope scope = NewDisposeScope();
        (long batch, long tokens, long width) = (values_B1TD.shape[0], values_B1TD.shape[2], values_B1TD.shape[3]);
        // A copy also where one head needs none: these are disposed on their own.
        return values_B1TD.transpose(1, 2).expand(batch, tokens, heads, width).clone().reshape(batch, tokens, heads * width).contiguous().DetachFromDisposeScope();
    }
}
