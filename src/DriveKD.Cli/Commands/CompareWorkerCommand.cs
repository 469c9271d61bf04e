using System.CommandLine;
using DriveKD.Cli.Commands.Comparing;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd compare-worker</c>: one run of a comparison in a process of its own; <c>drivekd compare</c> starts it.</summary>
internal static class CompareWorkerCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "compare-worker";

    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = new("FOLDER") { Description = "The run's work folder, which holds its job." };
        Command command = new(Name, "Make one run of a comparison; drivekd compare starts this.") { folder };
        command.Hidden = true;
        command.SetAction(parse => CompareWorker.Run(terminal, parse.GetValue(folder)!));
        return command;
    }
}
