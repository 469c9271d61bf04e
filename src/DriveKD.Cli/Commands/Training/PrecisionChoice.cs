using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.Measurement;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Training;

/// <summary>Settles <c>precision: auto</c> before a run begins: what is written into the run folder, and resumed from it, is the choice.</summary>
internal static class PrecisionChoice
{
    /// <summary>Reads a recipe, and once more with the choice where it leaves the precision to the machine.</summary>
    /// <param name="terminal">Told of the choice and why.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="read">Reads the recipe with such keys.</param>
    public static ResolvedRecipe<DistillRecipe> Settle(
        Terminal terminal, IReadOnlyList<string> overrides, Func<IReadOnlyList<string>, ResolvedRecipe<DistillRecipe>> read)
    {
        ResolvedRecipe<DistillRecipe> recipe = read(overrides);
        if (recipe.Recipe.Precision != Precision.Auto)
        {
            return recipe;
        }

        ModelConfig student = ModelConfigReader.Read(recipe.Recipe.Models.Student);
        (TorchSharp.torch.ScalarType type, string reason) = NumberTypeTrial.For(Devices.Parse(recipe.Recipe.Device, recipe.Where("device")), student);
        terminal.ErrorText.WriteLine($"precision: auto chose {reason}");
        return read(With(overrides, type));
    }

    /// <summary>The same keys with another precision.</summary>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="type">The precision.</param>
    public static IReadOnlyList<string> With(IReadOnlyList<string> overrides, TorchSharp.torch.ScalarType type)
    {
        const string Key = "precision=";
        return [.. overrides.Where(text => !text.StartsWith(Key, StringComparison.Ordinal)), Key + Precisions.NameOf(type)];
    }

    /// <summary>Refuses a recipe that leaves the precision to the machine where several runs must be alike.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="InputException">It does.</exception>
    public static void Require(ResolvedRecipe<DistillRecipe> recipe)
    {
        if (recipe.Recipe.Precision == Precision.Auto)
        {
            throw new InputException(recipe.Where("precision"), "is auto: runs of one comparison must not differ by what a measurement says. Write float32 or bfloat16.");
        }
    }
}
