using DriveKD.Evaluation.Deployment;

namespace DriveKD.Evaluation.Tests.Deployment;

public class WeightPartsTests
{
    [Theory]
    [InlineData("1B", 938_193_024, 304_012_288, 4_482_816)]
    [InlineData("2B", 2_088_957_440, 304_012_288, 8_662_016)]
    [InlineData("8B", 7_944_373_760, 304_012_288, 27_540_480)]
    [InlineData("14B", 15_117_256_704, 304_012_288, 47_204_352)]
    [InlineData("38B", 38_388_164_992, 5_536_496_000, 91_786_240)]
    [InlineData("78B", 78_408_318_336, 5_536_496_000, 172_008_448)]
    public void Of_InternVL3_IsEveryParameter(string size, double total, double vision, double projector)
    {
        WeightParts parts = WeightParts.Of(ReleasedShapes.InternVL3(size));
        Assert.Equal((total, vision, projector), (parts.Total, parts.Vision, parts.Projector));
        Assert.Equal(parts.Embedding, parts.Head);
    }

    [Theory]
    [InlineData("3B", 3_754_622_976)]
    [InlineData("7B", 8_292_166_656)]
    [InlineData("32B", 33_452_718_336)]
    [InlineData("72B", 73_410_777_344)]
    public void Of_Qwen25VL_IsEveryParameter(string size, double total)
    {
        WeightParts parts = WeightParts.Of(ReleasedShapes.Qwen25VL(size));
        Assert.Equal(total, parts.Total);
        Assert.Equal(size == "3B", parts.Head == 0);
    }
}
