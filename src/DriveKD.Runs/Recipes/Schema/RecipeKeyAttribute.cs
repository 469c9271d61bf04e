namespace DriveKD.Runs.Recipes.Schema;

/// <summary>Marks a property as a key of a recipe. The key is the property's name in snake_case.</summary>
/// <param name="meaning">One line for docs/RECIPES.md and for error messages.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RecipeKeyAttribute(string meaning) : Attribute
{
    /// <summary>What the key decides, in one line.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>The part of the paper (arXiv 2601.21288) or of its trainer that the key stands for; empty where there is none.</summary>
    public string Paper { get; init; } = "";
}
