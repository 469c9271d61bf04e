using System.Runtime.CompilerServices;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>
/// Random numbers by position: value i of a tensor depends on the seed, the tensor's name and i alone, so tensors can be made
/// in any order, in parts and on any number of threads. Only integer arithmetic and single float operations are used, so every
/// machine gives the same bits.
/// </summary>
internal readonly struct RandomValues(ulong key)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>One over the standard deviation of the sum of four uniform 16-bit numbers: sqrt((2^32 - 1) / 3).</summary>
    private const float InverseDeviation = 1 / 37837.226f;

    /// <summary>The numbers of one tensor.</summary>
    public static RandomValues For(ulong seed, string name)
    {
        // FNV-1a over the name's UTF-16 code units.
        ulong hash = 0xCBF29CE484222325;
        foreach (char character in name)
        {
            hash = (hash ^ character) * 0x100000001B3;
        }

        return new RandomValues(Mix(Mix(seed) + hash));
    }

    /// <summary>Mean 0, standard deviation 1: the sum of four uniform numbers, which ends at 3.46 deviations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Normal(ulong index)
    {
        ulong bits = Mix(key + (index * Step));
        int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
        return (sum - 131070) * InverseDeviation;
    }

    /// <summary>Uniform from 0 to 1, 1 excluded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Uniform(ulong index) => (Mix(key + (index * Step)) >> 40) * (1f / (1 << 24));

    /// <summary>The finaliser of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
