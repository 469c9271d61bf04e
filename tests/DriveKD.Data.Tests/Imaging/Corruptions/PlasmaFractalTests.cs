using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class PlasmaFractalTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(64)]
    public void Create_AnySide_FillsTheRangeWithOneDrawPerNumber(int side)
    {
        CorruptionRandom random = TestStreams.Random(2);
        int draws = 0;
        float[] map = PlasmaFractal.Create(side, 1.7, () =>
        {
            draws++;
            return random.NextDouble(-1, 1);
        });

        Assert.Equal((side * side) - 1, draws);
        Assert.Equal(0, map.Min());
        Assert.Equal(1, map.Max());
    }

    [Fact]
    public void Create_SmallerDecay_RougherCloud()
    {
        static double Roughness(double decay)
        {
            CorruptionRandom random = TestStreams.Random(3);
            float[] map = PlasmaFractal.Create(128, decay, () => random.NextDouble(-1, 1));
            return map.Zip(map.Skip(1), (a, b) => Math.Abs(a - b)).Average();
        }

        Assert.True(Roughness(1.4) > 1.5 * Roughness(2));
    }

    [Fact]
    public void Create_NoDraws_LevelMap() => Assert.All(PlasmaFractal.Create(8, 2, () => 0), value => Assert.Equal(0, value));
}
