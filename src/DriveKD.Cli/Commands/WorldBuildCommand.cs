using System.CommandLine;
using DriveKD.Cli.Commands.Worlds.Building;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd world build</c>: all small models of the driving world from nothing.</summary>
internal static class WorldBuildCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> output = new("--out")
        {
            Description = "Where the models go with their manifest: a new folder, or one of such models, which is replaced as a whole at the end.",
            HelpName = "DIR",
            DefaultValueFactory = _ => Path.Combine("assets", "world"),
        };
        Option<string> work = new("--work")
        {
            Description = "Where data, runs and logs go: a new folder, or that of an interrupted build, which goes on.",
            HelpName = "DIR",
            DefaultValueFactory = _ => Path.Combine("runs", "world-build"),
        };
        Option<long> seed = new("--seed") { Description = "The seed of scenes, initial values and runs.", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<int?> workers = new("--workers") { Description = "Steps at a time, each on one core; as many as there are cores if not given.", HelpName = "N" };
        Option<double> scale = new("--scale")
        {
            Description = "Scenes, steps and questions as a multiple of the full build's: 0.02 for a first look.",
            HelpName = "X",
            DefaultValueFactory = _ => 1,
        };
        Option<string?> recipes = new("--recipes") { Description = "The folder of the recipes; those beside the program if not given.", HelpName = "DIR" };
        Option<bool> allowChanged = new("--allow-changed")
        {
            Description = "Go on although seed, scale, recipes or program differ from those that the work folder was made with.",
        };
        Command command = new("build", "Make all small models of the driving world from nothing, or go on with that.")
        {
            output, work, seed, workers, scale, recipes, allowChanged,
        };
        command.SetAction(parse => new BuildSession(terminal, BuildSettings.Check(
            parse.GetValue(output)!,
            parse.GetValue(work)!,
            parse.GetValue(recipes),
            parse.GetValue(seed),
            parse.GetValue(workers),
            parse.GetValue(scale),
            parse.GetValue(allowChanged))).Run());
        return command;
    }
}
