using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Prestudying;

/// <summary>A model of a pre-study.</summary>
/// <param name="Name">What curves call it.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Config">Its config, with the recipe's limits for pictures.</param>
internal sealed record PreStudyModel(string Name, string Folder, ModelConfig Config)
{
    /// <summary>What curves call the student.</summary>
    public const string StudentName = "student";

    /// <summary>What curves call the student after its run.</summary>
    public const string StudentAfterName = "student after";

    /// <summary>Its name in files.</summary>
    public string FileName => new NamedModel(Name, Folder).FileName;

    /// <summary>Its decoder layers.</summary>
    public int Layers => Config.Language.Layers;

    /// <summary>Reads a model's config.</summary>
    /// <param name="name">What curves call it.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="recipe">The recipe, for limits of pictures.</param>
    /// <exception cref="Data.Errors.InputException">The config cannot be read, or the limits do not fit the family.</exception>
    public static PreStudyModel Of(string name, string folder, ResolvedRecipe<PreStudyRecipe> recipe) => new(
        name,
        folder,
        ModelConfigReader.Read(folder, recipe.Recipe.Data.PixelLimits(), (recipe.Where("data.min_pixels"), recipe.Where("data.max_pixels"))));
}
