using System.Numerics;

namespace DriveKD.Runs.Folders;

/// <summary>
/// Random numbers that are the same on every machine and in every version, and whose state can be saved: xoshiro256** of Blackman
/// and Vigna (2018), its state filled from a seed by SplitMix64, as its authors recommend. <see cref="Random"/> promises neither.
/// Not for secrets, and not for several threads at once.
/// </summary>
public sealed class RandomStream
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>A stream at its start.</summary>
    /// <param name="seed">Any number.</param>
    public RandomStream(ulong seed) =>
        (_s0, _s1, _s2, _s3) = (SplitMix64(ref seed), SplitMix64(ref seed), SplitMix64(ref seed), SplitMix64(ref seed));

    /// <summary>A stream that goes on where another stood.</summary>
    /// <param name="state">The other's state.</param>
    public RandomStream(RandomStreamState state)
    {
        if (state == default)
        {
            throw new ArgumentException("A state of zeros yields only zeros.", nameof(state));
        }

        (_s0, _s1, _s2, _s3) = (state.Word0, state.Word1, state.Word2, state.Word3);
    }

    /// <summary>Where the stream stands.</summary>
    public RandomStreamState State => new(_s0, _s1, _s2, _s3);

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number in [0, 1): the upper 53 of the next 64 bits, times 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number in [0, <paramref name="bound"/>), each equally likely (Lemire 2019: multiply, reject the uneven rest).</summary>
    /// <param name="bound">At least 1.</param>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        ulong range = (ulong)bound;
        ulong uneven = (0 - range) % range;
        ulong high;
        ulong low;
        do
        {
            high = Math.BigMul(NextBits(), range, out low);
        }
        while (low < uneven);

        return (int)high;
    }

    /// <summary>Puts items into a random order, each equally likely (Fisher and Yates, from the last item down).</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="items">Changed in place.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>The numbers from 0 to <paramref name="count"/> - 1 in a random order.</summary>
    /// <param name="count">How many.</param>
    public int[] Permutation(int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        Shuffle<int>(numbers);
        return numbers;
    }

    private static ulong SplitMix64(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
