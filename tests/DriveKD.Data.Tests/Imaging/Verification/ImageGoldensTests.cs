using DriveKD.Data.Imaging.Verification;
using DriveKD.Data.Verification;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Imaging.Verification;

public sealed class ImageGoldensTests
{
    [Fact]
    public void Run_GoldenImages_EveryTablePassesWhole()
    {
        List<GoldenCheck> checks = [.. ImageGoldens.Run(TestPaths.RequireShared("golden", "images"))];

        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case} / {check.Stage}: {check.Detail}"));
    }
}
