using System.Numerics;
using System.Runtime.CompilerServices;

namespace DriveKD.Models.Kernels;

/// <summary>The attention of single queries over the keys and values of a cache, in float32.</summary>
internal static unsafe class CachedAttention
{
    /// <summary>context = softmax(query . keys / sqrt(width)) values, for a few queries that share keys and values.</summary>
    /// <param name="path">The instructions.</param>
    /// <param name="kind">How keys and values lie in the cache.</param>
    /// <param name="queries">float32 [queries, width].</param>
    /// <param name="count">Queries.</param>
    /// <param name="keys">[length, width].</param>
    /// <param name="values">[length, width].</param>
    /// <param name="length">Keys.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="isPadding">
    /// Of each key, true where no query sees it; null where all are seen. The last key is the queries' own and always seen.
    /// </param>
    /// <param name="scores">Scratch of [queries, length].</param>
    /// <param name="contexts">Receives float32 [queries, width].</param>
    public static void Attend(
        KernelPath path,
        WeightKind kind,
        float* queries,
        int count,
        byte* keys,
        byte* values,
        nint length,
        nint width,
        bool* isPadding,
        float* scores,
        float* contexts)
    {
        RowMatrix matrix = new() { Weights = keys, Kind = kind, Outputs = length, Inputs = width };
        RowProducts.Compute(path, matrix, new InputRows((byte*)queries, WeightKind.Float32, count), 0, length, scores, length);
        for (int query = 0; query < count; query++)
        {
            float* weights = scores + (query * length);
            float* context = contexts + (query * width);
            float share = 1 / Exponentials(weights, length, (float)(1 / Math.Sqrt(width)), isPadding);
            if (kind == WeightKind.BFloat16)
            {
                Mix<BFloat16Format>(weights, length, values, width, share, context);
            }
            else
            {
                Mix<Float32Format>(weights, length, values, width, share, context);
            }
        }
    }

    /// <summary>scores = exp(scale * (scores - the largest of them)), not yet divided by their sum.</summary>
    /// <returns>The sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentials(float* scores, nint length, float scale, bool* isPadding)
    {
        int step = Vector<float>.Count;
        // A padded query sees itself, so that no row is empty (AttentionMask).
        for (nint i = 0; isPadding is not null && i < length - 1; i++)
        {
            scores[i] = isPadding[i] ? float.NegativeInfinity : scores[i];
        }

        float largest = float.NegativeInfinity;
        nint done = 0;
        if (length >= step)
        {
            Vector<float> highest = Vector.Load(scores);
            for (done = step; done + step <= length; done += step)
            {
                highest = Vector.Max(highest, Vector.Load(scores + done));
            }

            for (int lane = 0; lane < step; lane++)
            {
                largest = Math.Max(largest, highest[lane]);
            }
        }

        for (; done < length; done++)
        {
            largest = Math.Max(largest, scores[done]);
        }

        Vector<float> sums = default;
        for (done = 0; done + step <= length; done += step)
        {
            Vector<float> weights = Vector.Exp((Vector.Load(scores + done) - new Vector<float>(largest)) * scale);
            weights.Store(scores + done);
            sums += weights;
        }

        float sum = Vector.Sum(sums);
        for (; done < length; done++)
        {
            scores[done] = MathF.Exp((scores[done] - largest) * scale);
            sum += scores[done];
        }

        return sum;
    }

    /// <summary>context = share * sum of weights[s] * values[s].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mix<TFormat>(float* weights, nint length, byte* values, nint width, float share, float* context)
        where TFormat : struct, IValueFormat
    {
        int step = Vector<float>.Count;
        nint channel = 0;
        for (; channel + (4 * step) <= width; channel += 4 * step)
        {
            Vector<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (nint s = 0; s < length; s++)
            {
                Vector<float> weight = new(weights[s]);
                TFormat.LoadFour(values, (s * width) + channel, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d);
                sum0 += weight * a;
                sum1 += weight * b;
                sum2 += weight * c;
                sum3 += weight * d;
            }

            (sum0 * share).Store(context + channel);
            (sum1 * share).Store(context + channel + step);
            (sum2 * share).Store(context + channel + (2 * step));
            (sum3 * share).Store(context + channel + (3 * step));
        }

        for (; channel < width; channel++)
        {
            float sum = 0;
            for (nint s = 0; s < length; s++)
            {
                sum += weights[s] * TFormat.Load(values, (s * width) + channel);
            }

            context[channel] = sum * share;
        }
    }
}
