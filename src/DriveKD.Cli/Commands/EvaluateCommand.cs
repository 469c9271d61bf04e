using System.CommandLine;
using DriveKD.Cli.Commands.Evaluating;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd evaluate</c>: asks models driving questions on clean and corrupted pictures, scores the answers, and makes a report.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        RecipeArguments arguments = new(
            "evaluate",
            "data.samples=100 or models=[a=FOLDER, b=openai:MODEL]",
            "Go on with the run in this folder: what is answered is not asked again, results are made anew.",
            "With --resume: go on although what decides answers (recipe, data, models, program) differs from the run's.");
        Option<bool> retryErrors = new("--retry-errors") { Description = "With --resume: ask again what models failed on." };
        Command command = new(
            "evaluate",
            "Ask models driving questions on clean and corrupted pictures, and score them. Exit code 0: all asked; 1: a model could not go on.")
        {
            arguments.Recipe, arguments.Overrides, arguments.Resume, arguments.AllowChanged, retryErrors,
        };
        command.SetAction(parse =>
        {
            (string? file, IReadOnlyList<string> keys, string? run) = arguments.Read(parse);
            if (run is not null)
            {
                return EvaluationRun.Resume(terminal, run, file, keys, parse.GetValue(arguments.AllowChanged), parse.GetValue(retryErrors));
            }

            return parse.GetValue(retryErrors)
                ? throw new InputException("--retry-errors", "stands without --resume RUN; a new run has nothing of the kind.")
                : EvaluationRun.Start(terminal, file!, keys);
        });
        return command;
    }
}
