using System.CommandLine;
using DriveKD.Cli.Shell;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd step-worker -- ARGUMENTS</c>: any command, stopped as by Ctrl-C when standard input ends; <c>drivekd world build</c> starts it.</summary>
internal static class StepWorkerCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "step-worker";

    public static Command Create(Terminal terminal)
    {
        Argument<string[]> arguments = new("ARGUMENTS") { Description = "The command line, behind --.", Arity = ArgumentArity.OneOrMore };
        Command command = new(Name, "Run a command that ends when standard input does; drivekd world build starts this.") { arguments };
        command.Hidden = true;
        command.SetAction(parse =>
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(terminal.Interrupted);
            Terminal own = EndOfInput.Watch(terminal, stop);
            return CommandRunner.Run(Program.CreateRootCommand(own), parse.GetValue(arguments)!, own);
        });
        return command;
    }
}
