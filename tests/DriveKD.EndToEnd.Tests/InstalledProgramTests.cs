using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>The real program behind the real launcher.</summary>
public sealed class InstalledProgramTests
{
    public InstalledProgramTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");

    [Fact]
    public void Version_FromAnyFolder_NamesTheProgramAndItsDevice()
    {
        ProgramResult result = ProgramRunner.Run(Path.Combine(TestPaths.Repository, "drivekd"), ["--version"], Path.GetTempPath());

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.StartsWith("drivekd ", result.Output, StringComparison.Ordinal);
        Assert.Contains("\ndevice ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_ReaderThatStopsEarly_EndsQuietly()
    {
        ProgramResult result = ProgramRunner.Run("bash", ["-c", "set -o pipefail; ./drivekd --help 2>&1 | head -n 1"], TestPaths.Repository);

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Output.TrimEnd('\n').Split('\n'));
        Assert.Empty(result.Error);
    }

    [Fact]
    public void UnknownCommand_Given_ExitsWithTwoAndOneMessage()
    {
        ProgramResult result = ProgramRunner.Run(Path.Combine(TestPaths.Repository, "drivekd"), ["--vresion"], TestPaths.Repository);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Did you mean '--version'?", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }
}
