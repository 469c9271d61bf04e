using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Gradients;

/// <summary>
/// Sums the inner products of several vectors that come in pieces, one piece per parameter. Products run in float32 over short chunks,
/// which one matrix product reads from memory once for all pairs; the chunks are summed in float64, so that rounding does not grow
/// with the number of parameters. The sum stays on the device until it is asked for.
/// </summary>
/// <remarks>Shapes: K vectors, N elements of a chunk.</remarks>
internal sealed class InnerProducts : IDisposable
{
    // Four chunks of float32 fit a second-level cache; a longer one is read from memory twice.
    private const long ChunkElements = 1 << 17;

    private readonly int _count;
    private Tensor? _sum_KK;

    /// <param name="count">K.</param>
    public InnerProducts(int count) => _count = count;

    /// <summary>Adds a piece.</summary>
    /// <param name="pieces">K tensors of one shape and device, of any float dtype.</param>
    public void Add(IReadOnlyList<Tensor> pieces)
    {
        if (pieces.Count != _count)
        {
            throw new ArgumentException($"{pieces.Count} pieces for {_count} vectors.", nameof(pieces));
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] flat_N = [.. pieces.Select(piece => piece.reshape(-1))];
        long elements = flat_N[0].numel();
        for (long start = 0; start < elements; start += ChunkElements)
        {
            using DisposeScope chunk = NewDisposeScope();
            long length = Math.Min(ChunkElements, elements - start);
            // float32: a product of two bfloat16 gradients keeps 8 of its 16 bits in bfloat16.
            Tensor rows_KN = stack(flat_N.Select(vector => vector.narrow(0, start, length)).ToArray()).to_type(ScalarType.Float32);
            Add(rows_KN.mm(rows_KN.t()).to_type(ScalarType.Float64));
        }
    }

    /// <summary>The K x K sums so far.</summary>
    public double[,] ToArray()
    {
        double[,] result = new double[_count, _count];
        if (_sum_KK is not null)
        {
            using Tensor local = _sum_KK.cpu();
            ReadOnlySpan<double> values = local.data<double>().ToArray();
            for (int i = 0; i < _count; i++)
            {
                for (int j = 0; j < _count; j++)
                {
                    // A matrix product is symmetric up to its last bit only.
                    result[i, j] = (values[(i * _count) + j] + values[(j * _count) + i]) / 2;
                }
            }
        }

        return result;
    }

    public void Dispose() => _sum_KK?.Dispose();

    private void Add(Tensor products_KK)
    {
        if (_sum_KK is null)
        {
            _sum_KK = products_KK.DetachFromDisposeScope();
        }
        else
        {
            _sum_KK.Increase(products_KK);
        }
    }
}
