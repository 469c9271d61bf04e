namespace DriveKD.Runs.Recipes.Reading;

/// <summary>The keys of a recipe type, read from its properties once.</summary>
/// <typeparam name="T">The recipe's type.</typeparam>
internal static class RecipeSchema<T>
    where T : class
{
    /// <summary>The keys at the top, in the order of declaration.</summary>
    public static IReadOnlyList<RecipeKey> Keys { get; } = RecipeKey.Of(typeof(T));
}
