using System.CommandLine;
using DriveKD.Cli.Commands.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd distill</c>: teachers hand their skills to a student, as a recipe says.</summary>
internal static class DistillCommand
{
    public static Command Create(Terminal terminal) => TrainingCommand.Create(
        terminal,
        "distill",
        "Distil teachers into a student, as a recipe says.",
        (file, overrides) => RecipeReader.Read<DistillRecipe>(file, overrides));
}
