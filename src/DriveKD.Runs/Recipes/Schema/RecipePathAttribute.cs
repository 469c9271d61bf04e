namespace DriveKD.Runs.Recipes.Schema;

/// <summary>Marks a text key, or a list of texts, as paths that the reader makes absolute.</summary>
/// <param name="kind">What the path leads to.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RecipePathAttribute(RecipePathKind kind) : Attribute
{
    /// <summary>What the path leads to.</summary>
    public RecipePathKind Kind { get; } = kind;
}
