using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>The maps of two fresh models, by the program that a user starts.</summary>
public sealed class AttentionTests
{
    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");
    private static readonly string _picture = Path.Combine(TestPaths.Repository, "docs", "pictures", "street.jpg");

    [Fact]
    public void Attention_TwoFreshRandomModels_WritesThePage()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");
        using TemporaryFolder folder = new();
        foreach ((string name, string seed) in (ReadOnlySpan<(string, string)>)[("teacher", "1"), ("student", "2")])
        {
            ProgramResult created = ProgramRunner.Run(_launcher, ["model", "create", "tiny", name, "--seed", seed], folder.Path);
            Assert.True(created.ExitCode == 0, created.Error);
        }

        ProgramResult result = ProgramRunner.Run(
            _launcher, ["attention", "teacher", "What should the ego vehicle do?", "--image", _picture, "--student", "student", "--word", "ego vehicle", "--max-new-tokens", "8"], folder.Path);

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("attention of 4 of 4 layers", result.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(Path.Combine(folder["attention"], "index.html"));
        Assert.Contains("Layer 4 of 4 beside layer 4 of 4", page, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(folder["attention"], "maps.png")).Length > 10_000);
    }
}
