using System.Diagnostics;
using DriveKD.Cli.Shell;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Shell;

public sealed class VersionReportTests
{
    [Fact]
    public void Version_Asked_NamesReleaseCommitLibtorchRuntimeAndDevice()
    {
        using TestTerminal terminal = new();

        Assert.Equal(ExitCode.Done, terminal.Run("--version"));

        string[] lines = terminal.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["drivekd", "commit", "libtorch", "runtime", "device"], lines.Select(line => line.Split(' ')[0]));
        Assert.Matches(@"^drivekd   \d+\.\d+\.\d+", lines[0]);
        Assert.Matches(@"^libtorch  \d+\.\d+\.\d+ for (cpu|cuda) \(TorchSharp \d+\.\d+\.\d+\)$", lines[2]);
        Assert.Matches(@"cpu \(\d+ threads\)", lines[4]);
    }

    [Fact]
    public void Commit_InAGitRepository_IsOneThatGitKnows()
    {
        Assert.SkipUnless(Path.Exists(Path.Combine(TestPaths.Repository, ".git")), "not a git repository");
        Assert.SkipUnless(Git("rev-parse", "HEAD").ExitCode == 0, "git cannot read this repository");

        string commit = Assert.IsType<string>(BuildInfo.OfThisProgram.Commit);

        Assert.Equal((0, "commit"), Git("cat-file", "-t", commit));
    }

    private static (int ExitCode, string Output) Git(params string[] args)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", args)
        {
            WorkingDirectory = TestPaths.Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return (git.ExitCode, output);
    }
}
