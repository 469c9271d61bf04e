using CsCheck;
using DriveKD.Runs.Folders;

namespace DriveKD.Runs.Tests.Folders;

public sealed class RandomStreamTests
{
    /// <summary>The published test vector of xoshiro256**, started at 1, 2, 3, 4.</summary>
    [Fact]
    public void NextBits_PublishedState_YieldsThePublishedNumbers()
    {
        RandomStream stream = new(new RandomStreamState(1, 2, 3, 4));

        Assert.Equal(
            [
                11520UL, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625,
                8476171486693032832, 10595114339597558777, 2904607092377533576,
            ],
            Enumerable.Range(0, 10).Select(_ => stream.NextBits()));
    }

    /// <summary>The published test vector of SplitMix64, started at 1234567.</summary>
    [Fact]
    public void State_OfASeed_IsThePublishedExpansion() =>
        Assert.Equal(
            new RandomStreamState(6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431),
            new RandomStream(1234567).State);

    [Fact]
    public void NextDoubleAndNextInt_Seeds_YieldTheRecordedNumbers()
    {
        RandomStream doubles = new(0);
        RandomStream small = new(7);
        RandomStream large = new(7);

        Assert.Equal([0.6012629994179048, 0.7477740925472398, 0.10301998939503632], [doubles.NextDouble(), doubles.NextDouble(), doubles.NextDouble()]);
        Assert.Equal([700, 278, 839, 981, 990, 872, 60, 104], Enumerable.Range(0, 8).Select(_ => small.NextInt(1000)));
        Assert.Equal([1504476538, 598613706, 1803086243, 2106891320], Enumerable.Range(0, 4).Select(_ => large.NextInt(int.MaxValue)));
    }

    [Fact]
    public void State_SavedAndRestored_GoesOnAlike() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 50]).Sample((seed, drawn) =>
        {
            RandomStream stream = new(seed);
            for (int i = 0; i < drawn; i++)
            {
                stream.NextDouble();
            }

            RandomStream restored = new(stream.State);
            Assert.Equal(stream.Permutation(20), restored.Permutation(20));
            Assert.Equal(stream.State, restored.State);
        });

    [Fact]
    public void Permutation_AnyCount_HoldsEveryNumberOnce() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 100]).Sample((seed, count) =>
            Assert.Equal(Enumerable.Range(0, count), new RandomStream(seed).Permutation(count).Order()));

    [Fact]
    public void Permutation_ManyDraws_FavoursNoOrder()
    {
        RandomStream stream = new(1);
        Dictionary<string, int> counts = [];
        for (int i = 0; i < 24_000; i++)
        {
            string order = string.Concat(stream.Permutation(4));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        // Chi squared with 23 degrees of freedom exceeds 49.7 once in a thousand seeds; this seed is fixed.
        double chiSquared = counts.Values.Sum(count => Math.Pow(count - 1000, 2) / 1000);
        Assert.Equal(24, counts.Count);
        Assert.InRange(chiSquared, 5, 49.7);
    }

    [Fact]
    public void NextInt_BoundBelowOne_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1).NextInt(0));
        Assert.Throws<ArgumentException>(() => new RandomStream(default(RandomStreamState)));
        Assert.Equal(0, new RandomStream(1).NextInt(1));
    }
}
