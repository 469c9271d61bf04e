using System.Numerics;
using System.Runtime.CompilerServices;

namespace DriveKD.Models.Kernels;

/// <summary>
/// What a decoder layer does with single rows, in float32, rounded to bfloat16 at the points where libtorch's operators round when a model
/// computes in it.
/// </summary>
internal static unsafe class RowFunctions
{
    /// <summary>x / sqrt(mean(x^2) + epsilon), rounded, times weights, rounded.</summary>
    /// <param name="row">x.</param>
    /// <param name="count">Channels.</param>
    /// <param name="weights">float32.</param>
    /// <param name="epsilon">Keeps a row of zeros finite.</param>
    /// <param name="kind">What is rounded to.</param>
    /// <param name="result">Receives the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* row, nint count, float* weights, double epsilon, WeightKind kind, float* result)
    {
        int width = Vector<float>.Count;
        Vector<float> squares = default;
        nint i = 0;
        for (; i + width <= count; i += width)
        {
            Vector<float> values = Vector.Load(row + i);
            squares += values * values;
        }

        float sum = Vector.Sum(squares);
        for (; i < count; i++)
        {
            sum += row[i] * row[i];
        }

        float scale = 1 / MathF.Sqrt((sum / count) + (float)epsilon);
        bool rounds = kind == WeightKind.BFloat16;
        for (i = 0; i + width <= count; i += width)
        {
            Vector<float> normed = Vector.Load(row + i) * scale;
            normed = (rounds ? BFloat16s.Rounded(normed) : normed) * Vector.Load(weights + i);
            (rounds ? BFloat16s.Rounded(normed) : normed).Store(result + i);
        }

        for (; i < count; i++)
        {
            result[i] = Rounded(Rounded(row[i] * scale, kind) * weights[i], kind);
        }
    }

    /// <summary>gate = silu(gate) * up, rounded after each of the two.</summary>
    /// <param name="gate">Changed in place.</param>
    /// <param name="up">The other factor.</param>
    /// <param name="count">Channels.</param>
    /// <param name="kind">What is rounded to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gate(float* gate, float* up, nint count, WeightKind kind)
    {
        bool rounds = kind == WeightKind.BFloat16;
        nint i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<float> values = Vector.Load(gate + i);
            Vector<float> gated = values / (Vector<float>.One + Vector.Exp(-values));
            gated = (rounds ? BFloat16s.Rounded(gated) : gated) * Vector.Load(up + i);
            (rounds ? BFloat16s.Rounded(gated) : gated).Store(gate + i);
        }

        for (; i < count; i++)
        {
            gate[i] = Rounded(Rounded(gate[i] / (1 + MathF.Exp(-gate[i])), kind) * up[i], kind);
        }
    }

    /// <summary>sum = sum + addend, rounded.</summary>
    /// <param name="sum">Changed in place.</param>
    /// <param name="addend">What is added.</param>
    /// <param name="count">Channels.</param>
    /// <param name="kind">What is rounded to.</param>
    public static void Add(float* sum, float* addend, nint count, WeightKind kind)
    {
        nint i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            (Vector.Load(sum + i) + Vector.Load(addend + i)).Store(sum + i);
        }

        for (; i < count; i++)
        {
            sum[i] += addend[i];
        }

        Round(sum, count, kind);
    }

    /// <summary>Turns a head's channel pairs (i, i + width / 2); every product and the sum are rounded.</summary>
    /// <param name="head">Changed in place.</param>
    /// <param name="width">Channels of the head.</param>
    /// <param name="cosine">Of the position, one per channel.</param>
    /// <param name="sine">The same.</param>
    /// <param name="kind">What is rounded to.</param>
    public static void Rotate(float* head, nint width, float* cosine, float* sine, WeightKind kind)
    {
        nint half = width / 2;
        for (nint i = 0; i < half; i++)
        {
            (float low, float high) = (head[i], head[i + half]);
            head[i] = Rounded(Rounded(low * cosine[i], kind) + Rounded(-high * sine[i], kind), kind);
            head[i + half] = Rounded(Rounded(high * cosine[i + half], kind) + Rounded(low * sine[i + half], kind), kind);
        }
    }

    /// <summary>Rounds values where they stand, unless they are float32 anyway.</summary>
    /// <param name="values">Changed in place.</param>
    /// <param name="count">How many.</param>
    /// <param name="kind">What is rounded to.</param>
    public static void Round(float* values, nint count, WeightKind kind)
    {
        if (kind == WeightKind.BFloat16)
        {
            BFloat16s.Round(values, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Rounded(float value, WeightKind kind) => kind == WeightKind.BFloat16 ? BFloat16s.Rounded(value) : value;
}
