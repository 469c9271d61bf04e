using System.CommandLine;
using DriveKD.Cli.Shell;

namespace DriveKD.Cli.Tests.Shell;

public sealed class RootHelpTests : IDisposable
{
    private readonly TestTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Help_OfTheProgram_HasOneLegibleLinePerCommand()
    {
        RootCommand root = Program.CreateRootCommand(_terminal.Terminal);
        Command[] commands = [.. CommandPath.Leaves(root)];

        Assert.Equal(ExitCode.Done, _terminal.Run("--help"));

        string[] lines = _terminal.Output.Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 120, $"too long for a terminal ({line.Length} characters): {line}"));
        Assert.All(commands, command =>
        {
            string path = CommandPath.Of(command)["drivekd ".Length..];
            string line = Assert.Single(lines, line => line.StartsWith($"  {path} ", StringComparison.Ordinal));
            Assert.False(string.IsNullOrWhiteSpace(command.Description), $"{path} has no description");
            Assert.Contains(command.Description!.Split(". ")[0].Split('\n')[0].TrimEnd('.'), line, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Help_NoArguments_IsTheProgramsHelp()
    {
        using TestTerminal asked = new();

        Assert.Equal(ExitCode.Done, _terminal.Run());
        Assert.Equal(ExitCode.Done, asked.Run("--help"));

        Assert.Equal(asked.Output, _terminal.Output);
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Help_CommandsOfGroups_AreListedWithTheirArguments()
    {
        Command inspect = new("inspect", "Count the records. And say more.") { new Argument<string>("file"), new Argument<string[]>("more") };
        Command hidden = new("hidden", "Not for users.") { Hidden = true };
        RootCommand root = new("A program.") { new Command("data", "A group.") { inspect }, hidden };

        Assert.Equal(ExitCode.Done, CommandRunner.Run(root, ["-h"], _terminal.Terminal));

        Assert.Equal(
            """
            A program.

            Usage: drivekd COMMAND [arguments] [options]

            Commands:
              data inspect FILE [MORE...]  Count the records

            Options:
              -h, -?, --help               Show help, of the program or of one command
              --version                    Show version, commit, libtorch and device

            drivekd COMMAND --help shows what a command takes.

            """,
            _terminal.Output);
    }

    [Fact]
    public void Help_OfOneCommand_ShowsItsArgumentsAndOptionsEvenWhenSomethingIsMissing()
    {
        Command inspect = new("inspect", "Count the records.") { new Argument<string>("file") { Description = "A JSON file." } };
        RootCommand root = new("A program.") { new Command("data", "A group.") { inspect } };

        Assert.Equal(ExitCode.Done, CommandRunner.Run(root, ["data", "inspect", "--help"], _terminal.Terminal));

        Assert.Contains("A JSON file.", _terminal.Output, StringComparison.Ordinal);
        Assert.Empty(_terminal.Error);
    }
}
