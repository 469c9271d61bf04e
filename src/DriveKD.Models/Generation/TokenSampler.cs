using System.Numerics;

namespace DriveKD.Models.Generation;

/// <summary>
/// Chooses a token from one row of logits. The order of the steps is that of transformers: repetition penalty, temperature,
/// top-k, top-p, draw. Deterministic for a seed, on every machine.
/// </summary>
internal sealed class TokenSampler
{
    private readonly GenerationOptions _options;
    private readonly HashSet<int> _seen;
    private ulong _state;

    /// <param name="options">How to choose.</param>
    /// <param name="prompt">Ids already in the sequence: the repetition penalty holds for them too.</param>
    /// <param name="stream">Distinguishes the rows of a batch: each has its own draws.</param>
    public TokenSampler(GenerationOptions options, IEnumerable<int> prompt, int stream)
    {
        _options = options;
        _seen = options.RepetitionPenalty == 1 ? [] : [.. prompt];
        _state = Mix(options.Seed ^ Mix((ulong)stream + 1));
    }

    /// <summary>The next token's id.</summary>
    /// <param name="logits">One value per vocabulary row; changed in place.</param>
    public int Next(Span<float> logits)
    {
        Penalise(logits);
        int token = _options.IsSampling ? Draw(logits) : IndexOfMaximum(logits);
        if (_options.RepetitionPenalty != 1)
        {
            _seen.Add(token);
        }

        return token;
    }

    private void Penalise(Span<float> logits)
    {
        foreach (int id in _seen)
        {
            if ((uint)id < (uint)logits.Length)
            {
                logits[id] = logits[id] < 0 ? (float)(logits[id] * _options.RepetitionPenalty) : (float)(logits[id] / _options.RepetitionPenalty);
            }
        }
    }

    private int Draw(Span<float> logits)
    {
        int[] order = LikeliestFirst(logits);
        int count = _options.TopK > 0 ? Math.Min(_options.TopK, order.Length) : order.Length;
        // Ties with the k-th value stay, as in the reference.
        while (count < order.Length && logits[order[count]] == logits[order[count - 1]])
        {
            count++;
        }

        double[] weights = new double[count];
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            weights[i] = Math.Exp(((double)logits[order[i]] - logits[order[0]]) / _options.Temperature);
            total += weights[i];
        }

        if (_options.TopP < 1)
        {
            (count, total) = Nucleus(weights, total);
        }

        double target = NextUniform() * total;
        for (int i = 0; i < count; i++)
        {
            target -= weights[i];
            if (target < 0)
            {
                return order[i];
            }
        }

        return order[count - 1];
    }

    /// <summary>Ids by falling logit, equal ones by rising id: a plain sort would leave their order to its implementation.</summary>
    private static int[] LikeliestFirst(ReadOnlySpan<float> logits)
    {
        ulong[] keys = new ulong[logits.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            // Adding 0 makes -0 and 0 one; the bits of floats then sort as numbers once the sign is unfolded.
            uint bits = BitConverter.SingleToUInt32Bits(logits[i] + 0f);
            uint rising = (bits >> 31) == 0 ? bits | 0x8000_0000 : ~bits;
            keys[i] = ((ulong)~rising << 32) | (uint)i;
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, key => (int)(uint)key);
    }

    /// <summary>The likeliest tokens up to and including the one that reaches top-p.</summary>
    private (int Count, double Total) Nucleus(double[] weights, double total)
    {
        double kept = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            kept += weights[i];
            if (kept >= _options.TopP * total)
            {
                return (i + 1, kept);
            }
        }

        return (weights.Length, total);
    }

    /// <summary>A double in [0, 1) from SplitMix64.</summary>
    private double NextUniform()
    {
        _state += 0x9E3779B97F4A7C15;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The first of the greatest values.</summary>
    private static int IndexOfMaximum(ReadOnlySpan<float> values)
    {
        float largest = float.NegativeInfinity;
        int i = 0;
        if (values.Length >= Vector<float>.Count)
        {
            Vector<float> highest = new(values);
            for (i = Vector<float>.Count; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
            {
                highest = Vector.Max(highest, new Vector<float>(values[i..]));
            }

            for (int lane = 0; lane < Vector<float>.Count; lane++)
            {
                largest = Math.Max(largest, highest[lane]);
            }
        }

        for (; i < values.Length; i++)
        {
            largest = Math.Max(largest, values[i]);
        }

        return Math.Max(0, values.IndexOf(largest));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
