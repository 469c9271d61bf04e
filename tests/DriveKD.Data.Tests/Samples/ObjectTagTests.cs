using DriveKD.Data.Samples;

namespace DriveKD.Data.Tests.Samples;

public sealed class ObjectTagTests
{
    [Fact]
    public void FindAll_TagsInText_InOrderWithUnits()
    {
        IReadOnlyList<ObjectTag> tags = ObjectTag.FindAll("Is <c2,CAM_BACK_LEFT,864.2,468.0> behind <c10, CAM_FRONT, 0.25, 1.0>?");

        Assert.Equal(
            [
                new ObjectTag("c2", "CAM_BACK_LEFT", 864.2, 468, CoordinateUnit.Pixel),
                new ObjectTag("c10", "CAM_FRONT", 0.25, 1, CoordinateUnit.Normalized),
            ],
            tags);
    }

    [Fact]
    public void FindAll_UnitOfTheLayout_Decides() =>
        Assert.Equal(CoordinateUnit.Pixel, Assert.Single(ObjectTag.FindAll("<c1,CAM_FRONT,0.5,0.5>", CoordinateUnit.Pixel)).Unit);

    [Theory]
    [InlineData("no tag")]
    [InlineData("<c1,CAM_FRONT,12.0>")]
    [InlineData("<c1,CAM_FRONT,12.0,>")]
    [InlineData("<c1,FRONT,1,2>")]
    [InlineData("<d1,CAM_FRONT,1,2>")]
    [InlineData("<c1,CAM_FRONT,1,2")]
    [InlineData("<c1,CAM_FRONT,1e3,2>")]
    public void FindAll_NoTag_Empty(string text) => Assert.Empty(ObjectTag.FindAll(text));

    [Fact]
    public void FindAll_CoordinateBeyondADouble_LeftToTheText() =>
        Assert.Empty(ObjectTag.FindAll($"<c1,CAM_FRONT,{new string('9', 400)},2>"));
}
