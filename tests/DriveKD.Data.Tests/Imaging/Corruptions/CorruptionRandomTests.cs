using CsCheck;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class CorruptionRandomTests
{
    [Fact]
    public void NextNormal_ManyDraws_StandardMoments()
    {
        CorruptionRandom random = TestStreams.Random(1);
        double[] draws = [.. Enumerable.Range(0, 200_000).Select(_ => random.NextNormal())];

        Assert.Equal(0, draws.Average(), 0.01);
        Assert.Equal(1, draws.Average(z => z * z), 0.02);
        Assert.Equal(0, draws.Average(z => z * z * z), 0.04);
        Assert.Equal(3, draws.Average(z => z * z * z * z), 0.1);
    }

    [Fact]
    public void NextInt_AnyRange_InsideBothEnds() =>
        Gen.Select(Gen.Int[-100, 100], Gen.Int[-100, 100], Gen.Int).Sample((first, last, seed) =>
            Assert.InRange(TestStreams.Random(seed).NextInt(first, last), first, Math.Max(first, last)));

    [Fact]
    public void Choose_Some_DifferentNumbersOfTheRange() =>
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20], Gen.Int).Sample((a, b, seed) =>
        {
            int[] chosen = TestStreams.Random(seed).Choose(Math.Min(a, b), Math.Max(a, b));
            Assert.Equal(Math.Min(a, b), chosen.Distinct().Count());
            Assert.All(chosen, number => Assert.InRange(number, 0, Math.Max(a, b) - 1));
        });

    [Fact]
    public void Of_AnyNumber_TheLogarithmOfTheLibraryWithinAnUlpOrTwo() =>
        Gen.Double[1e-300, 1e300].Where(value => value > 0).Sample(value =>
        {
            double expected = Math.Log(value);
            Assert.Equal(expected, PortableLogarithm.Of(value), 1e-15 * Math.Max(Math.Abs(expected), 1));
        });

    [Fact]
    public void NextNormal_FirstDraws_TheSameBitsOnEveryMachine()
    {
        CorruptionRandom random = TestStreams.Random(7);
        long[] bits = [.. Enumerable.Range(0, 4).Select(_ => BitConverter.DoubleToInt64Bits(random.NextNormal()))];

        Assert.Equal(ExpectedBits, bits);
    }

    private static long[] ExpectedBits => [-4619719522684508155, -4615883770839329382, 4607926342578870301, 4608216096499307491];
}
