namespace DriveKD.Runs.Recipes.Reading;

/// <summary>A key with its value.</summary>
internal sealed record RecipeEntry(string Key, RecipeOrigin Origin, RecipeNode Value);
