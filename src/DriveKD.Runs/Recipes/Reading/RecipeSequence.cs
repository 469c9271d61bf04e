namespace DriveKD.Runs.Recipes.Reading;

/// <summary>A list.</summary>
/// <param name="Items">In order.</param>
/// <param name="Origin">Where it begins.</param>
internal sealed record RecipeSequence(IReadOnlyList<RecipeNode> Items, RecipeOrigin Origin) : RecipeNode(Origin)
{
    public override string Description => $"a list of {Items.Count}";
}
