using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Gradients;

/// <summary>
/// Sums the inner products of several vectors that come in pieces, one piece per parameter. Products run in float32 over chunks that stay
/// in the cache while all pairs are multiplied; the chunks are summed in float64, so that rounding does not grow with the number of
/// parameters. The sum stays on the device until it is asked for.
/// </summary>
/// <remarks>Shapes: K vectors, N elements of a chunk, P = K (K + 1) / 2 pairs: row by row, each with itself and those behind it.</remarks>
internal sealed class InnerProducts : IDisposable
{
    // A quarter of a million: in shorter chunks the calls cost more than the products, in longer ones rounding grows and four vectors fall
    // out of the cache between two pairs (bench/README.md).
    private const long ChunkElements = 1 << 18;

    private readonly int _count;
    private Tensor? _sum_P;

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
            Tensor[] chunks_N = [.. flat_N.Select(vector => vector.narrow(0, start, length).to_type(ScalarType.Float32))];
            Tensor[] products = [.. chunks_N.SelectMany((first, i) => chunks_N.Skip(i).Select(first.dot))];
            Add(stack(products).to_type(ScalarType.Float64));
        }
    }

    /// <summary>The K x K sums so far.</summary>
    public double[,] ToArray()
    {
        double[,] result = new double[_count, _count];
        if (_sum_P is not null)
        {
            using Tensor local = _sum_P.cpu();
            double[] values = local.data<double>().ToArray();
            int pair = 0;
            for (int i = 0; i < _count; i++)
            {
                for (int j = i; j < _count; j++)
                {
                    result[i, j] = result[j, i] = values[pair++];
                }
            }
        }

        return result;
    }

    public void Dispose() => _sum_P?.Dispose();

    private void Add(Tensor products_P)
    {
        if (_sum_P is null)
        {
            _sum_P = products_P.DetachFromDisposeScope();
        }
        else
        {
            _sum_P.Increase(products_P);
        }
    }
}
