using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text.Verification;

public class TextGoldensTests
{
    [Fact]
    public void Run_GoldenText_EveryCasePasses()
    {
        string folder = TestPaths.RequireShared("golden", "text");

        GoldenCheck[] checks = [.. TextGoldens.Run(folder)];

        Assert.Empty(checks.Where(check => !check.Passed).Select(check => $"{check.Case}, {check.Stage}: {check.Detail}"));
    }
}
