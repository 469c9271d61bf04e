using System.CommandLine;
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
        RecipeArguments arguments = new(
            name,
            "train.steps=20 or seed=7",
            "Go on with the interrupted run in this folder, to the same bits as if it had not been interrupted.",
            "With --resume: go on although recipe, data, models or program differ from the run's.");
        Command command = new(name, description) { arguments.Recipe, arguments.Overrides, arguments.Resume, arguments.AllowChanged };
        command.SetAction(parse =>
        {
            (string? file, IReadOnlyList<string> keys, string? run) = arguments.Read(parse);
            return run is null
                ? TrainingRun.Start(terminal, name, file!, keys, read)
                : TrainingRun.Resume(terminal, name, run, file, keys, parse.GetValue(arguments.AllowChanged), read);
        });
        return command;
    }
}
