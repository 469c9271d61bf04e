using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>
/// A trained addition of low rank to a linear map (Hu et al. 2021): scale * (x A^T) B^T. A starts uniform within 1 / sqrt(inputs),
/// as the authors' code does (Kaiming with a = sqrt 5), B with zeros, so that the map starts as it was.
/// </summary>
/// <remarks>Shapes: I inputs, O outputs, R rank.</remarks>
public sealed class LowRankAdapter : IDisposable
{
    private readonly double _scale;

    internal LowRankAdapter(int inputs, int outputs, int rank, double scale, Placement placement, RandomStream random)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        _scale = scale;
        A_RI = placement.CreateParameter(rank, inputs);
        B_OR = placement.CreateParameter(outputs, rank);
        double bound = 1 / Math.Sqrt(inputs);
        float[] values = new float[rank * inputs];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(bound * ((2 * random.NextDouble()) - 1));
        }

        A_RI.copy_(tensor(values, [rank, inputs]));
        B_OR.zero_();
    }

    /// <summary>The map into the small space.</summary>
    internal Parameter A_RI { get; }

    /// <summary>The map out of it.</summary>
    internal Parameter B_OR { get; }

    /// <summary>Makes of a matrix the one that does alone what matrix and adapter do together: W += scale * B A.</summary>
    /// <param name="weight_OI">W in float32, on any device; changed in place.</param>
    /// <param name="a_RI">A, of any dtype and device.</param>
    /// <param name="b_OR">B, of any dtype and device.</param>
    /// <param name="scale">alpha / rank.</param>
    public static void MergeInto(Tensor weight_OI, Tensor a_RI, Tensor b_OR, double scale)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        // float32: what the adapter adds is often smaller than the rounding of a bfloat16 weight, or of a product.
        Tensor product_OI = b_OR.to(ScalarType.Float32, weight_OI.device).matmul(a_RI.to(ScalarType.Float32, weight_OI.device));
        weight_OI.add_(product_OI, Scalars.Of(scale));
    }

    /// <summary>base + scale * (x A^T) B^T.</summary>
    internal Tensor AddTo(Tensor base_O, Tensor input_I) =>
        base_O.add(nn.functional.linear(nn.functional.linear(input_I, A_RI), B_OR), Scalars.Of(_scale));

    /// <inheritdoc />
    public void Dispose()
    {
        A_RI.Dispose();
        B_OR.Dispose();
    }
}
