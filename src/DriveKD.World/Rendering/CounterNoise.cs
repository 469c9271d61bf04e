namespace DriveKD.World.Rendering;

/// <summary>Random bits of a seed and a counter: any pixel's are known without those before it (the finaliser of SplitMix64, Steele et al. 2014).</summary>
internal static class CounterNoise
{
    /// <summary>64 bits.</summary>
    public static ulong Bits(ulong seed, ulong counter)
    {
        ulong z = seed + (0x9E3779B97F4A7C15UL * (counter + 1));
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>In [0, 1).</summary>
    public static double Unit(ulong seed, ulong counter) => (Bits(seed, counter) >> 11) * (1.0 / (1UL << 53));
}
