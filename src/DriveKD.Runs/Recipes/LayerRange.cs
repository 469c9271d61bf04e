using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Decoder layers from a first to a last, both included, counted from 1; negative numbers count from the end.</summary>
[WrittenAsList]
public sealed record LayerRange : IRecipeRules
{
    /// <summary>The first layer: 1 is the first of the model, -1 the last.</summary>
    [RecipeKey("The first layer")]
    public required int First { get; init; }

    /// <summary>The last layer: 1 is the first of the model, -1 the last.</summary>
    [RecipeKey("The last layer")]
    public required int Last { get; init; }

    /// <summary>The layers of a model of a given depth, counted from 1.</summary>
    /// <param name="layerCount">The model's number of decoder layers.</param>
    /// <param name="first">The first layer, at least 1.</param>
    /// <param name="last">The last layer, at least <paramref name="first"/> and at most <paramref name="layerCount"/>.</param>
    /// <returns>False where the model has no such layers or the range is empty in it.</returns>
    public bool TryResolve(int layerCount, out int first, out int last)
    {
        first = FromStart(First, layerCount);
        last = FromStart(Last, layerCount);
        return first >= 1 && first <= last && last <= layerCount;
    }

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (First == 0 || Last == 0)
        {
            yield return new RuleBreach("0 is no layer: layers count from 1, and from -1 backwards from the last", "first", "last");
        }
        else if (First < 0 == Last < 0 && First > Last)
        {
            yield return new RuleBreach($"the first layer, {First}, lies behind the last, {Last}: write [{Last}, {First}]", "first", "last");
        }
    }

    /// <inheritdoc />
    public override string ToString() => $"[{First}, {Last}]";

    private static int FromStart(int layer, int layerCount) => layer < 0 ? layerCount + 1 + layer : layer;
}
