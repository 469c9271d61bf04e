using DriveKD.Runs.Recipes.Reading;

namespace DriveKD.Runs.Recipes;

/// <summary>A recipe that was read without a problem.</summary>
/// <typeparam name="T">The recipe's type.</typeparam>
public sealed class ResolvedRecipe<T>
    where T : class
{
    private readonly IReadOnlyDictionary<string, RecipeOrigin> _origins;
    private readonly Func<string, string> _keyOf;
    private readonly string _overrideSource;

    internal ResolvedRecipe(
        string file, T recipe, string yaml, IReadOnlyDictionary<string, RecipeOrigin> origins, string overrideSource, Func<string, string>? keyOf = null) =>
        (File, Recipe, Yaml, _origins, _overrideSource, _keyOf) = (file, recipe, yaml, origins, overrideSource, keyOf ?? (key => key));

    /// <summary>The file's name as it was given.</summary>
    public string File { get; }

    /// <summary>The recipe; its paths are absolute.</summary>
    public T Recipe { get; }

    /// <summary>The recipe in full as YAML: every key, absolute paths. Reading it gives an equal recipe.</summary>
    public string Yaml { get; }

    /// <summary>
    /// Where a key was written, for problems that show only later, when models or data are opened: file, line and key, or the
    /// command-line argument. For a key that was left out, its section's place.
    /// </summary>
    /// <param name="key">A dotted key, for example <c>models.student</c>.</param>
    public string Where(string key)
    {
        key = _keyOf(key);
        for (string name = key; name.Length > 0; name = name[..Math.Max(0, name.LastIndexOf('.'))])
        {
            if (_origins.TryGetValue(name, out RecipeOrigin? origin))
            {
                return (name == key || origin.Override is null ? origin : RecipeOrigin.File).Describe(File, key, _overrideSource);
            }
        }

        return RecipeOrigin.File.Describe(File, key, _overrideSource);
    }

    /// <summary>The same run as a recipe of another type: file, text and places stay those of this one.</summary>
    /// <typeparam name="TOther">The other type.</typeparam>
    /// <param name="convert">Makes the other recipe.</param>
    /// <param name="keyOf">Where a key of the other type is written in this one.</param>
    public ResolvedRecipe<TOther> As<TOther>(Func<T, TOther> convert, Func<string, string> keyOf)
        where TOther : class => new(File, convert(Recipe), Yaml, _origins, _overrideSource, key => _keyOf(keyOf(key)));
}
