using System.CommandLine;
using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Training;

/// <summary>What the commands that train share: their arguments, and the way from a recipe to a run.</summary>
internal static class TrainingCommand
{
    /// <summary>A command.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="name">The command's name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="read">Reads its kind of recipe: file and overrides.</param>
    public static Command Create(
        Terminal terminal, string name, string description, Func<string, IReadOnlyList<string>, ResolvedRecipe<DistillRecipe>> read)
    {
        Argument<string?> recipe = new("RECIPE")
        {
            Description = "Recipe file (YAML); docs/RECIPES.md lists every key. With --resume it may be left out: the run's own is taken.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string[]> overrides = new("key=value")
        {
            Description = "Keys of the recipe, such as train.steps=20 or seed=7; they win over the file.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> resume = new("--resume") { Description = "Go on with the interrupted run in this folder, to the same bits as if it had not been interrupted.", HelpName = "RUN" };
        Option<bool> allowChanged = new("--allow-changed") { Description = "With --resume: go on although recipe, data, models or program differ from the run's." };
        Command command = new(name, description) { recipe, overrides, resume, allowChanged };
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

            if (run is null && parse.GetValue(allowChanged))
            {
                throw new InputException("--allow-changed", "stands without --resume RUN; a new run has nothing to differ from.");
            }

            return run is null
                ? TrainingRun.Start(terminal, name, Required(file, name), keys, read)
                : TrainingRun.Resume(terminal, name, run, file, keys, parse.GetValue(allowChanged), read);
        });
        return command;
    }

    private static string Required(string? file, string name) =>
        file ?? throw new InputException("RECIPE", $"is missing: drivekd {name} RECIPE.yaml [key=value ...], or drivekd {name} --resume RUN.");
}
