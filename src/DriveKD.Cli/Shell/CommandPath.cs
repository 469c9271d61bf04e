using System.CommandLine;

namespace DriveKD.Cli.Shell;

/// <summary>How a command is written on the command line.</summary>
internal static class CommandPath
{
    /// <summary>The command with the names before it: <c>drivekd data inspect</c>.</summary>
    public static string Of(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Of(parent)} {command.Name}" : "drivekd";

    /// <summary>Every command that does something, depth first, in the order of registration; groups are left out.</summary>
    public static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Where(child => !child.Hidden).SelectMany(child => child.Subcommands.Count == 0 ? [child] : Leaves(child));
}
