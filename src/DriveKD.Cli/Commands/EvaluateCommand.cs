using System.CommandLine;
using DriveKD.Cli.Commands.Evaluating;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd evaluate</c>: asks models driving questions on clean and corrupted pictures, scores the answers, and makes a report.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string?> recipe = new("RECIPE")
        {
            Description = "Recipe file (YAML); docs/RECIPES.md lists every key. With --resume it may be left out: the run's own is taken.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string[]> overrides = new("key=value")
        {
            Description = "Keys of the recipe, such as data.samples=100 or models=[a=FOLDER, b=openai:MODEL]; they win over the file.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> resume = new("--resume") { Description = "Go on with the run in this folder: what is answered is not asked again, results are made anew.", HelpName = "RUN" };
        Option<bool> allowChanged = new("--allow-changed") { Description = "With --resume: go on although what decides answers (recipe, data, models, program) differs from the run's." };
        Option<bool> retryErrors = new("--retry-errors") { Description = "With --resume: ask again what models failed on." };
        Command command = new(
            "evaluate",
            "Ask models driving questions on clean and corrupted pictures, and score them. Exit code 0: all asked; 1: a model could not go on.")
        {
            recipe, overrides, resume, allowChanged, retryErrors,
        };
        command.SetAction(parse =>
        {
            string? file = parse.GetValue(recipe);
            List<string> keys = [.. parse.GetValue(overrides) ?? []];
            string? run = parse.GetValue(resume);
            if (run is not null && file is not null && file.Contains('=', StringComparison.Ordinal) && !File.Exists(file))
            {
                // Without a recipe the first key=value stands in its place.
                keys.Insert(0, file);
                file = null;
            }

            if (run is not null)
            {
                return EvaluationRun.Resume(terminal, run, file, keys, parse.GetValue(allowChanged), parse.GetValue(retryErrors));
            }

            string? alone = parse.GetValue(allowChanged) ? "--allow-changed" : parse.GetValue(retryErrors) ? "--retry-errors" : null;
            return alone is not null ? throw new InputException(alone, "stands without --resume RUN; a new run has nothing of the kind.")
                : file is null ? throw new InputException("RECIPE", "is missing: drivekd evaluate RECIPE.yaml [key=value ...], or drivekd evaluate --resume RUN.")
                : EvaluationRun.Start(terminal, file, keys);
        });
        return command;
    }
}
