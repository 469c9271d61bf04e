using System.CommandLine;
using DriveKD.Cli.Commands.Prestudying;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd prestudy</c>: looks into a teacher layer by layer and proposes what to distil from it.</summary>
internal static class PreStudyCommand
{
    public static Command Create(Terminal terminal)
    {
        RecipeArguments arguments = new(
            "prestudy",
            "data.samples=100 or models=FOLDER",
            "Go on with the run in this folder: samples that were measured are not run again, results are made anew.",
            "With --resume: go on although what decides measures (recipe, data, models, program) differs from the run's.");
        Option<bool> explain = new("--explain") { Description = "Print all that the rules of the proposal looked at, layer by layer." };
        Command command = new("prestudy", "Measure which layers and signals of a teacher to distil, and propose a recipe.")
        {
            arguments.Recipe, arguments.Overrides, arguments.Resume, arguments.AllowChanged, explain,
        };
        command.SetAction(parse =>
        {
            (string? file, IReadOnlyList<string> keys, string? run) = arguments.Read(parse);
            bool explains = parse.GetValue(explain);
            return run is not null
                ? PreStudySession.Resume(terminal, run, file, keys, parse.GetValue(arguments.AllowChanged), explains)
                : PreStudySession.Start(terminal, file!, keys, explains);
        });
        return command;
    }
}
