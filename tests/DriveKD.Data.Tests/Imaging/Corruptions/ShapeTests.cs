using CsCheck;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class ShapeTests
{
    [Fact]
    public void HalfWidth_AnyRow_LastPixelWithinTheRadius() =>
        Gen.Select(Gen.Int[0, 2000], Gen.Int[0, 2000]).Where((radius, row) => row <= radius).Sample((radius, row) =>
        {
            long half = new Disc(0, 0, radius).HalfWidth(-row);
            Assert.True((half * half) + ((long)row * row) <= (long)radius * radius);
            Assert.True(((half + 1) * (half + 1)) + ((long)row * row) > (long)radius * radius);
        });

    [Fact]
    public void Draw_Drops_SlantOnePixelToTheLeftAndEndAtTheBorder()
    {
        byte[] mask = RainMask.Draw(6, 12, [(3, 0), (0, 2), (-1, 5)], 4);

        Assert.Equal([3, 3, 2, 2, 2], Enumerable.Range(0, 5).Select(row => Array.IndexOf(mask[(6 * row)..(6 * row + 6)], (byte)220, row == 2 ? 1 : 0)));
        Assert.Equal(220, mask[6 * 2]);
        Assert.Equal(6, mask.Count(level => level == RainMask.DropLevel));
    }

    [Fact]
    public void Cover_Circle_HasItsAreaWhateverTheAngle()
    {
        int[] areas = [.. new[] { 0, 30, 90, 271 }.Select(angle => new Ellipse(50, 50, 20, 20, angle).Cover(101, 101).Count(isCovered => isCovered))];

        Assert.All(areas, area => Assert.InRange(area, 1256, 1385));
    }

    [Fact]
    public void Cover_TurnedByNinetyDegrees_AxesChange()
    {
        bool[] level = new Ellipse(30, 20, 20, 5, 0).Cover(60, 40);
        bool[] upright = new Ellipse(30, 20, 5, 20, 90).Cover(60, 40);

        Assert.True(level[(20 * 60) + 49]);
        Assert.False(level[(30 * 60) + 30]);
        Assert.True(level.Zip(upright).Count(pair => pair.First != pair.Second) < 8);
    }

    [Fact]
    public void Cover_OutsideOfThePicture_NothingAndNoFault() =>
        Assert.DoesNotContain(true, new Ellipse(-50, 200, 10, 10, 45).Cover(20, 20));
}
