using System.CommandLine;
using DriveKD.Cli.Commands.Worlds;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd world tower</c>: trains a vision tower on what pictures of the world show.</summary>
internal static class WorldTowerCommand
{
    public static Command Create(Terminal terminal)
    {
        RecipeArguments arguments = new(
            "world tower",
            "train.steps=300 or data.scenes=1000",
            "Go on with the interrupted run in this folder, to the same bits as if it had not been interrupted.",
            "With --resume: go on although recipe, model or program differ from the run's.");
        Command command = new("tower", "Train a vision tower to name what pictures of the world show, as a recipe says.")
        {
            arguments.Recipe, arguments.Overrides, arguments.Resume, arguments.AllowChanged,
        };
        command.SetAction(parse =>
        {
            (string? file, IReadOnlyList<string> keys, string? run) = arguments.Read(parse);
            return run is null
                ? TowerRun.Start(terminal, file!, keys)
                : TowerRun.Resume(terminal, run, file, keys, parse.GetValue(arguments.AllowChanged));
        });
        return command;
    }
}
