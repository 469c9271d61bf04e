namespace DriveKD.Runs.Recipes.Reading;

/// <summary>A value that is refused for its form and is already reported.</summary>
internal sealed record RecipeFault(RecipeOrigin Origin) : RecipeNode(Origin)
{
    public override string Description => "a refused value";
}
