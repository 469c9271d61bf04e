using CsCheck;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class BitErrorFilterTests
{
    [Fact]
    public void Damage_ByHand_StateGrowsAndHitsWhereItDivides()
    {
        byte[] bytes = [9, 14, 14, 255, 1];

        int changed = new BitErrorFilter(20).Damage(bytes);

        // The states are 10, 25, 40, 296 and 298; 40 alone is divisible by 20.
        Assert.Equal([9, 14, 40, 255, 1], bytes);
        Assert.Equal(1, changed);
    }

    [Fact]
    public void Damage_AmountOne_EveryByteBecomesTheRunningSum()
    {
        byte[] bytes = [0, 0, 100, 255];

        Assert.Equal(4, new BitErrorFilter(1).Damage(bytes));
        Assert.Equal([1, 2, 103, 103], bytes);
    }

    [Fact]
    public void Damage_AnyPackets_AsThePublishedLoopOverTheWhole() =>
        Gen.Select(Gen.Byte.Array[0, 3000], Gen.Int[1, 400], Gen.Int[0, 3000]).Sample((bytes, amount, cut) =>
        {
            byte[] expected = [.. bytes];
            uint state = 0;
            int hits = 0;
            for (int i = 0; i < expected.Length; i++)
            {
                state += (uint)(expected[i] + 1);
                if (state % amount == 0)
                {
                    hits += (byte)state == expected[i] ? 0 : 1;
                    expected[i] = (byte)state;
                }
            }

            cut = Math.Min(cut, bytes.Length);
            BitErrorFilter filter = new(amount);
            int changed = filter.Damage(bytes.AsSpan(0, cut)) + filter.Damage(bytes.AsSpan(cut));
            Assert.Equal(expected, bytes);
            Assert.Equal(hits, changed);
        });

    [Fact]
    public void Damage_ManyBytes_OneInAboutAmount()
    {
        byte[] bytes = PictureFactory.Noise(500, 500, 5).Pixels;

        int changed = new BitErrorFilter(1000).Damage(bytes);

        Assert.InRange(changed, 640, 860);
    }

    [Fact]
    public void Damage_NoAmount_Refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new BitErrorFilter(0));
}
