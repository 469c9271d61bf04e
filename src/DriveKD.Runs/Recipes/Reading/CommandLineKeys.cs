namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Lays <c>key=value</c> arguments over what the file says.</summary>
/// <param name="root">The keys at the top of the recipe.</param>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class CommandLineKeys(IReadOnlyList<RecipeKey> root, RecipeProblems problems)
{
    /// <summary>Changes a tree by arguments, in their order.</summary>
    /// <param name="tree">The file's root.</param>
    /// <param name="arguments">Each <c>key=value</c>: a dotted key and a YAML value.</param>
    public void Apply(RecipeMapping tree, IReadOnlyList<string> arguments)
    {
        Dictionary<string, RecipeKey> known = KeyNames.All(root).ToDictionary(item => item.Name, item => item.Key);
        HashSet<string> given = [];
        foreach (string argument in arguments)
        {
            RecipeOrigin origin = new(0, argument);
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? argument : argument[..equals];
            if (equals < 0)
            {
                problems.Add(origin, "", $"expected key=value, for example train.steps=20{ValueReader.NearName(key, known.Keys)}");
            }
            else if (!known.ContainsKey(key))
            {
                problems.Add(origin, "", $"unknown key {Quoting.Quote(key)}{Suggest(key, known)}");
            }
            else if (!given.Add(key))
            {
                problems.Add(origin, key, $"the key {Quoting.Quote(key)} is given twice on the command line: remove one");
            }
            else
            {
                Set(tree, key, ParseValue(argument, argument[(equals + 1)..]));
            }
        }
    }

    private string Suggest(string unknown, Dictionary<string, RecipeKey> known)
    {
        string? holder = known.Keys.FirstOrDefault(
            key => known[key].Kind != KeyKind.Section && unknown.StartsWith(key + ".", StringComparison.Ordinal));
        if (holder is not null)
        {
            return $"; {Quoting.Quote(holder)} has no keys below it: it is {known[holder].Expected}";
        }

        int dot = unknown.LastIndexOf('.');
        string path = dot < 0 ? "" : unknown[..dot];
        IReadOnlyList<RecipeKey>? section =
            path.Length == 0 ? root
            : known.GetValueOrDefault(path) is { Kind: KeyKind.Section } key ? key.Parts
            : null;
        return section is null
            ? KeyNames.Suggest(root, "", unknown, root)
            : KeyNames.Suggest(root, path, unknown[(dot + 1)..], section);
    }

    private RecipeNode ParseValue(string argument, string value)
    {
        int before = problems.Count;
        RecipeOrigin origin = new(0, argument);
        RecipeNode? node = YamlTree.Parse(value, problems, argument);
        return problems.Count > before ? new RecipeFault(origin) : node ?? new RecipeScalar("", true, origin);
    }

    private static void Set(RecipeMapping tree, string key, RecipeNode value)
    {
        string[] names = key.Split('.');
        RecipeMapping section = tree;
        foreach (string name in names[..^1])
        {
            RecipeNode? found = section.Find(name);
            if (found is null or { IsNull: true })
            {
                found = new RecipeMapping([], found?.Origin ?? RecipeOrigin.File);
                section.Set(name, found);
            }

            if (found is not RecipeMapping inner)
            {
                // The file holds something else here, which is reported where the file is judged.
                return;
            }

            section = inner;
        }

        section.Set(names[^1], value);
    }
}
