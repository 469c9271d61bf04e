using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Recipes.Reading;

namespace DriveKD.Runs.Reports;

/// <summary>
/// A run's recipe as texts under dotted keys. A report describes runs of other versions too, whose keys this version may not know, so
/// nothing is checked here.
/// </summary>
internal sealed class RecipeFacts
{
    private readonly Dictionary<string, IReadOnlyList<string>> _values = [];

    private RecipeFacts()
    {
    }

    /// <summary>Reads <c>recipe.yaml</c>; without the file there are no facts.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">The file cannot be read or is no YAML.</exception>
    public static RecipeFacts Read(string file)
    {
        RecipeFacts facts = new();
        if (!File.Exists(file))
        {
            return facts;
        }

        RecipeProblems problems = new(file);
        RecipeNode? root = RecipeFile.Read(file, problems) is { } text ? YamlTree.Parse(text, problems) : null;
        if (problems.Count > 0)
        {
            throw new InputException(problems.InOrder());
        }

        facts.Collect("", root);
        return facts;
    }

    /// <summary>A key's value, or null where it has none.</summary>
    /// <param name="key">A dotted key.</param>
    public string? Find(string key) => _values.TryGetValue(key, out IReadOnlyList<string>? items) ? string.Join(", ", items) : null;

    /// <summary>A key's list; empty where it has none.</summary>
    /// <param name="key">A dotted key.</param>
    public IReadOnlyList<string> FindList(string key) => _values.GetValueOrDefault(key, []);

    /// <summary>Everything under the sections of a name, wherever they stand, in the recipe's order.</summary>
    /// <param name="section">The section's own name, for example <c>weighting</c>.</param>
    /// <returns>Whole keys, keys within the section, values.</returns>
    public IReadOnlyList<(string Key, string Inner, string Value)> Section(string section) =>
        [.. from entry in _values
            let place = $".{entry.Key}".IndexOf($".{section}.", StringComparison.Ordinal)
            where place >= 0
            select (entry.Key, entry.Key[(place + section.Length + 1)..], string.Join(", ", entry.Value))];

    private void Collect(string key, RecipeNode? node)
    {
        switch (node)
        {
            case RecipeMapping mapping:
                mapping.Entries.ForEach(entry => Collect(RecipeNames.Join(key, entry.Key), entry.Value));
                break;
            case RecipeSequence sequence:
                _values[key] = [.. sequence.Items.OfType<RecipeScalar>().Select(item => item.Text)];
                break;
            case RecipeScalar { IsNull: false } scalar:
                _values[key] = [scalar.Text];
                break;
            default:
                break;
        }
    }
}
