using System.CommandLine;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd data</c>: the commands over record files.</summary>
internal static class DataCommand
{
    public static Command Create(Terminal terminal) => new("data", "Look at record files: driving questions with their pictures.")
    {
        DataInspectCommand.Create(terminal),
    };
}
