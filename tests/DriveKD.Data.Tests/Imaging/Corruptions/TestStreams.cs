using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

/// <summary>Random streams for tests: SplitMix64 from a hash of seed and name.</summary>
internal static class TestStreams
{
    public static RandomStreams Of(int seed) => name =>
    {
        ulong state = 1469598103934665603 ^ (ulong)seed;
        foreach (char letter in name)
        {
            state = (state ^ letter) * 1099511628211;
        }

        return () =>
        {
            state += 0x9E3779B97F4A7C15;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        };
    };

    public static CorruptionRandom Random(int seed) => new(Of(seed)("test"));
}
