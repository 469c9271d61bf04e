using DriveKD.Data.Errors;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>The dotted keys of a recipe, and the one a user probably meant.</summary>
internal static class KeyNames
{
    /// <summary>Every key and section of a recipe, dotted, in the order of declaration.</summary>
    public static IEnumerable<(string Name, RecipeKey Key)> All(IReadOnlyList<RecipeKey> root, string path = "") =>
        root.SelectMany(key =>
        {
            string name = RecipeNames.Join(path, key.Name);
            IEnumerable<(string, RecipeKey)> inner = key.Kind == KeyKind.Section ? All(key.Parts, name) : [];
            return inner.Prepend((name, key));
        });

    /// <summary>What to write instead of an unknown key: the end of a sentence, beginning with "; ".</summary>
    /// <param name="root">The keys at the top of the recipe.</param>
    /// <param name="path">The section that holds the unknown key; empty for the whole recipe.</param>
    /// <param name="unknown">The unknown key as it was written.</param>
    /// <param name="siblings">The section's keys.</param>
    public static string Suggest(IReadOnlyList<RecipeKey> root, string path, string unknown, IReadOnlyList<RecipeKey> siblings)
    {
        if (unknown.Length is 0 or > 200)
        {
            return ListOf(siblings);
        }

        List<string> all = [.. All(root).Select(item => item.Name)];
        string dotted = RecipeNames.Join(path, unknown);
        if (path.Length == 0 && all.Contains(unknown))
        {
            return $"; in a file, sections are nested: write '{unknown[..unknown.IndexOf('.', StringComparison.Ordinal)]}:' and the rest below it, "
                + "indented; dotted keys are for the command line";
        }

        string? meant = NearestName.Find(unknown, siblings.Select(key => key.Name)) is { } sibling ? RecipeNames.Join(path, sibling) : null;
        string[] elsewhere = [.. all.Where(name => name.EndsWith("." + unknown, StringComparison.OrdinalIgnoreCase)).Take(2)];
        meant ??= elsewhere is [string only] ? only : null;
        meant ??= NearestName.Find(dotted, all);
        return meant is null ? ListOf(siblings) : $"; did you mean {Quoting.Quote(meant)}?";
    }

    private static string ListOf(IReadOnlyList<RecipeKey> siblings) => $"; the keys here are {string.Join(", ", siblings.Select(key => key.Name))}";
}
