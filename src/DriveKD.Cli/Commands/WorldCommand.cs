using System.CommandLine;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd world</c>: the commands over the small driving world.</summary>
internal static class WorldCommand
{
    public static Command Create(Terminal terminal) => new("world", "A small driving world: scenes whose pictures and futures are computed.")
    {
        WorldRenderCommand.Create(terminal),
        WorldTowerCommand.Create(terminal),
        WorldGenerateCommand.Create(terminal),
        WorldBuildCommand.Create(terminal),
    };
}
