namespace DriveKD.Runs.Recipes.Reading;

/// <summary>A single value.</summary>
/// <param name="Text">Its text, quotes and escapes resolved.</param>
/// <param name="IsPlain">Whether it was written without quotes.</param>
/// <param name="Origin">Where it was written.</param>
internal sealed record RecipeScalar(string Text, bool IsPlain, RecipeOrigin Origin) : RecipeNode(Origin)
{
    public override bool IsNull => IsPlain && Text is ("" or "~" or "null" or "Null" or "NULL");

    public override string Description => IsNull ? "no value" : IsPlain ? Quoting.Quote(Text) : $"the quoted text {Quoting.Quote(Text)}";
}
