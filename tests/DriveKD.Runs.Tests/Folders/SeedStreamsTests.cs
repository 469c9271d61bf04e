using DriveKD.Runs.Folders;

namespace DriveKD.Runs.Tests.Folders;

public sealed class SeedStreamsTests
{
    /// <summary>Python: int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8], "little").</summary>
    [Theory]
    [InlineData(42, "order/epoch-0", 2563803412593233758)]
    [InlineData(42, "order/epoch-1", 15452165127016381092)]
    [InlineData(43, "order/epoch-0", 5014431136628189018)]
    [InlineData(0, "", 8625427350392076063)]
    [InlineData(long.MaxValue, "é", 2903031387372972119)]
    public void Derive_SeedAndName_IsTheRecordedNumber(long seed, string name, ulong expected) =>
        Assert.Equal(expected, new SeedStreams(seed).Derive(name));

    [Fact]
    public void Open_Stream_YieldsTheRecordedNumbersAndOrder()
    {
        RandomStream stream = new SeedStreams(42).Open("order/epoch-0");

        Assert.Equal(
            [10052246941213548512UL, 17129245240978505704, 4742685172518309443],
            Enumerable.Range(0, 3).Select(_ => stream.NextBits()));
        Assert.Equal([0, 3, 7, 9, 1, 4, 6, 2, 8, 5], new SeedStreams(42).Open("order/epoch-0").Permutation(10));
    }
}
