using System.CommandLine;
using DriveKD.Cli.Commands.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd finetune</c>: supervised training without teachers, by the same engine; how a teacher is specialised to one capability.</summary>
internal static class FinetuneCommand
{
    public static Command Create(Terminal terminal) => TrainingCommand.Create(
        terminal,
        "finetune",
        "Train a model on answers alone, as a recipe says.",
        (file, overrides) => RecipeReader.Read<FinetuneRecipe>(file, overrides).As(recipe => recipe.ToDistillation(), FinetuneRecipe.KeyOf));
}
