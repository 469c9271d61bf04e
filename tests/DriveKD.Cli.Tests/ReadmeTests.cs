using DriveKD.Cli.Shell;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Readme_EveryCommand_IsInItsTable()
    {
        using TestTerminal terminal = new();
        string[] lines = File.ReadAllLines(Path.Combine(TestPaths.Repository, "README.md"));

        Assert.All(
            CommandPath.Leaves(Program.CreateRootCommand(terminal.Terminal)).Select(CommandPath.Of),
            path => Assert.Single(lines, line => line.StartsWith($"| `{path}` |", StringComparison.Ordinal)));
    }
}
