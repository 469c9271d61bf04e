using System.CommandLine;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd bench</c>: how fast this program is on this machine, as ratios of one run.</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal) => new("bench", "Measure how fast this machine distils and answers, as ratios within one run.")
    {
        BenchDistillCommand.Create(terminal),
        BenchAskCommand.Create(terminal),
    };
}
