using System.CommandLine;
using DriveKD.Cli.Commands.Comparing;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd compare</c>: arms x seeds of training runs, on the same samples in the same order, with intervals and paired differences.</summary>
internal static class CompareCommand
{
    public static Command Create(Terminal terminal)
    {
        RecipeArguments arguments = new(
            "compare",
            "seeds=1-8 or workers=2",
            "Go on with the comparison in this folder: what is done is not done again, what failed is tried again.",
            "With --resume: count finished runs although program, recipe or data differ now from theirs.");
        Option<bool> reportOnly = new("--report-only") { Description = "With --resume: make tables and page again from what is stored, and run nothing." };
        Option<bool> json = new("--json") { Description = "Print the results as one JSON document." };
        Command command = new(
            "compare",
            "Train arms over several seeds and compare them by test questions. Exit code 0: all done and every control holds; 1: a run failed or a control is broken.")
        {
            arguments.Recipe, arguments.Overrides, arguments.Resume, arguments.AllowChanged, reportOnly, json,
        };
        command.SetAction(parse =>
        {
            (string? file, IReadOnlyList<string> keys, string? folder) = arguments.Read(parse);
            if (parse.GetValue(reportOnly))
            {
                return folder is null
                    ? throw new InputException("--report-only", "stands without --resume RUN, the folder of a comparison.")
                    : CompareReport.Again(terminal, folder, parse.GetValue(json));
            }

            return folder is null
                ? CompareSession.Start(terminal, file!, keys, parse.GetValue(json))
                : CompareSession.Resume(terminal, folder, file, keys, parse.GetValue(arguments.AllowChanged), parse.GetValue(json));
        });
        return command;
    }
}
