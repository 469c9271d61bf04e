using System.CommandLine;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd model</c>: the commands that make model folders.</summary>
internal static class ModelCommand
{
    public static Command Create(Terminal terminal) => new("model", "Make model folders.")
    {
        ModelCreateCommand.Create(terminal),
        ModelConvertCommand.Create(terminal),
    };
}
