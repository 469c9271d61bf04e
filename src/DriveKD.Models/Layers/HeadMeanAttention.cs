using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>
/// The mean over heads of causal attention weights, block after block of queries: no head's map is ever held whole, forward or backward, keys
/// behind a block's last query are not multiplied, and only wanted rows are formed. A backward pass forms the weights again from queries and
/// keys, so that the map costs a graph no memory but its own T x T numbers.
/// </summary>
/// <remarks>
/// Shapes: B batch, T tokens, H query heads, K key heads, G = H / K query heads that share a key head, N = B K, D channels per head, R rows of
/// a block, E keys up to the block's end. Softmax and sums run in float32: in bfloat16 thousands of small weights would be lost.
/// </remarks>
internal static class HeadMeanAttention
{
    // 2 MB of float32 weights: they stay in a core's cache between the operations on them (bench/README.md).
    private const int BlockElements = 1 << 19;

    /// <summary>The map.</summary>
    /// <param name="query_BHTD">Rotated queries.</param>
    /// <param name="key_BKTD">Rotated keys of the same tokens; query head h uses key head h K / H.</param>
    /// <param name="rows">The queries whose rows are wanted; null for all.</param>
    /// <returns>float32 [B, T, T], 0 in rows that are not wanted; it has gradient history where queries or keys have.</returns>
    public static Tensor Of(Tensor query_BHTD, Tensor key_BKTD, IReadOnlyList<QueryRange>? rows)
    {
        if (query_BHTD.shape[1] % key_BKTD.shape[1] != 0 || query_BHTD.shape[2] != key_BKTD.shape[2])
        {
            throw new ArgumentException(
                $"Queries [{string.Join(", ", query_BHTD.shape)}] do not fit keys [{string.Join(", ", key_BKTD.shape)}].", nameof(key_BKTD));
        }

        IReadOnlyList<QueryRange> wanted = rows ?? [new QueryRange(0, (int)query_BHTD.shape[2])];
        using DisposeScope scope = NewDisposeScope();
        return Function.apply(query_BHTD, key_BKTD, wanted).MoveToOuterDisposeScope();
    }

    /// <summary>Blocks of queries of about <see cref="BlockElements"/> weights.</summary>
    private static IEnumerable<QueryRange> Blocks(IReadOnlyList<QueryRange> rows, long group)
    {
        foreach (QueryRange range in rows)
        {
            int end = range.Start + range.Count;
            for (int start = range.Start; start < end;)
            {
                // The largest R with G R (start + R) numbers in the limit.
                double fitting = (Math.Sqrt(((double)start * start) + (4.0 * BlockElements / group)) - start) / 2;
                int count = Math.Min((int)Math.Max(8, fitting), end - start);
                yield return new QueryRange(start, count);
                start += count;
            }
        }
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(HeadMeanAttention);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            (Tensor query_BHTD, Tensor key_BKTD, IReadOnlyList<QueryRange> rows) = ((Tensor)vars[0], (Tensor)vars[1], (IReadOnlyList<QueryRange>)vars[2]);
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            Heads heads = new(query_BHTD, key_BKTD);
            long tokens = query_BHTD.shape[2];
            Tensor map_BTT = zeros([query_BHTD.shape[0], tokens, tokens], ScalarType.Float32, query_BHTD.device);
            using Scalar share = Scalars.Own(1.0 / query_BHTD.shape[1]);
            foreach (QueryRange block in Blocks(rows, heads.Group))
            {
                using DisposeScope blockScope = NewDisposeScope();
                using BlockBias bias = new(block, query_BHTD.device);
                for (int n = 0; n < heads.Count; n++)
                {
                    using DisposeScope headScope = NewDisposeScope();
                    Tensor weights_GRE = heads.Weights_GRE(n, block, bias);
                    Rows_RE(map_BTT, heads.SampleOf(n), block).add_(weights_GRE.sum([0]), share);
                }
            }

            // What libtorch would be given in place of an absent gradient is bound to a scope that has ended by then.
            ctx.set_materialize_grads(false);
            ctx.save_for_backward([query_BHTD, key_BKTD]);
            ctx.save_data(nameof(rows), rows);
            return map_BTT.MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            if (grad_output.IsInvalid)
            {
                return [null!, null!, null!];
            }

            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            IReadOnlyList<QueryRange> rows = (IReadOnlyList<QueryRange>)ctx.get_data(nameof(rows));
            List<Tensor> saved = ctx.get_saved_variables();
            (Tensor query_BHTD, Tensor key_BKTD) = (saved[0], saved[1]);
            Heads heads = new(query_BHTD, key_BKTD);
            Tensor queryGradient_NGTD = zeros(heads.Query_NGTD.shape, ScalarType.Float32, query_BHTD.device);
            Tensor keyGradient_NTD = zeros(heads.Key_NTD.shape, ScalarType.Float32, key_BKTD.device);
            using Scalar share = Scalars.Own(heads.Scale / query_BHTD.shape[1]);
            foreach (QueryRange block in Blocks(rows, heads.Group))
            {
                using DisposeScope blockScope = NewDisposeScope();
                using BlockBias bias = new(block, query_BHTD.device);
                for (int n = 0; n < heads.Count; n++)
                {
                    using DisposeScope headScope = NewDisposeScope();
                    Tensor weights_GRE = heads.Weights_GRE(n, block, bias);
                    Tensor given_RE = Rows_RE(grad_output, heads.SampleOf(n), block).mul(share);
                    // The softmax's gradient; every head of a sample is given the same.
                    Tensor scores_GRE = weights_GRE.mul(given_RE);
                    Tensor sums_GR1 = scores_GRE.sum([2], keepdim: true);
                    scores_GRE.addcmul_(weights_GRE, sums_GR1, Scalars.Of(-1.0));
                    heads.AddGradients(n, block, scores_GRE, queryGradient_NGTD, keyGradient_NTD);
                }
            }

            List<Tensor?> results =
            [
                queryGradient_NGTD.reshape(query_BHTD.shape).to_type(query_BHTD.dtype).MoveToOuterDisposeScope(),
                keyGradient_NTD.reshape(key_BKTD.shape).to_type(key_BKTD.dtype).MoveToOuterDisposeScope(),
                null,
            ];
            // On a thread without a scope nothing else would hold the results until libtorch has taken them over.
            ctx.save_data(nameof(results), results);
            GC.KeepAlive(grad_output);
            return results!;
        }

        private static Tensor Rows_RE(Tensor map_BTT, long sample, QueryRange block) =>
            map_BTT.select(0, sample).narrow(0, block.Start, block.Count).narrow(1, 0, block.Start + block.Count);
    }

    /// <summary>What causality hides within a block: [R, R], minus infinity above the diagonal.</summary>
    private sealed class BlockBias : IDisposable
    {
        public BlockBias(QueryRange block, Device device) =>
            Values_RR = full([block.Count, block.Count], Scalars.Of(double.NegativeInfinity), ScalarType.Float32, device).triu_(1).DetachFromDisposeScope();

        public Tensor Values_RR { get; }

        public void Dispose() => Values_RR.Dispose();
    }

    /// <summary>Queries and keys by key head of a sample. Views belong to the scope in which it was made.</summary>
    private readonly struct Heads
    {
        public Heads(Tensor query_BHTD, Tensor key_BKTD)
        {
            (long batch, long keyHeads, long tokens, long width) = (key_BKTD.shape[0], key_BKTD.shape[1], key_BKTD.shape[2], key_BKTD.shape[3]);
            (KeyHeads, Count, Group, Scale) = (keyHeads, batch * keyHeads, query_BHTD.shape[1] / keyHeads, 1 / Math.Sqrt(width));
            Query_NGTD = query_BHTD.reshape(Count, Group, tokens, width);
            Key_NTD = key_BKTD.reshape(Count, tokens, width);
        }

        public Tensor Query_NGTD { get; }

        public Tensor Key_NTD { get; }

        /// <summary>N.</summary>
        public long Count { get; }

        /// <summary>G.</summary>
        public long Group { get; }

        /// <summary>What scores are multiplied by.</summary>
        public double Scale { get; }

        private long KeyHeads { get; }

        public long SampleOf(int n) => n / KeyHeads;

        public Tensor Weights_GRE(int n, QueryRange block, BlockBias bias)
        {
            using DisposeScope scope = NewDisposeScope();
            long end = block.Start + block.Count;
            Tensor key_ED = Key_NTD.select(0, n).narrow(0, 0, end);
            Tensor scores_ME = QueryRows_MD(n, block).matmul(key_ED.t()).mul_(Scalars.Of(Scale)).to_type(ScalarType.Float32);
            Tensor scores_GRE = scores_ME.reshape(Group, block.Count, end);
            scores_GRE.narrow(2, block.Start, block.Count).Increase(bias.Values_RR);
            return nn.functional.softmax(scores_GRE, -1).MoveToOuterDisposeScope();
        }

        /// <summary>Adds a block's part of the gradients; its scores' gradient holds the factor of the scores already.</summary>
        public void AddGradients(int n, QueryRange block, Tensor scores_GRE, Tensor query_NGTD, Tensor key_NTD)
        {
            using DisposeScope scope = NewDisposeScope();
            long end = block.Start + block.Count;
            Tensor key_ED = Key_NTD.select(0, n).narrow(0, 0, end);
            Tensor scores_ME = scores_GRE.reshape(Group * block.Count, end).to_type(key_ED.dtype);
            Tensor queryPart_GRD = scores_ME.matmul(key_ED).reshape(Group, block.Count, -1);
            query_NGTD.select(0, n).narrow(1, block.Start, block.Count).copy_(queryPart_GRD);
            key_NTD.select(0, n).narrow(0, 0, end).Increase(scores_ME.t().matmul(QueryRows_MD(n, block)).to_type(ScalarType.Float32));
        }

        private Tensor QueryRows_MD(int n, QueryRange block) =>
            Query_NGTD.select(0, n).narrow(1, block.Start, block.Count).reshape(Group * block.Count, -1);
    }
}
