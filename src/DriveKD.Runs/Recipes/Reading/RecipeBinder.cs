using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Turns nodes into records, collecting every problem on the way.</summary>
/// <param name="root">The keys at the top of the recipe.</param>
/// <param name="problems">Receives what is wrong.</param>
/// <param name="paths">Reads the paths.</param>
/// <param name="isWhole">False where the file itself could not be read: then only what was written is judged, not what is missing.</param>
internal sealed class RecipeBinder(IReadOnlyList<RecipeKey> root, RecipeProblems problems, PathReader paths, bool isWhole)
{
    private readonly Dictionary<string, RecipeOrigin> _origins = [];

    /// <summary>Where each key that was written stands.</summary>
    public IReadOnlyDictionary<string, RecipeOrigin> Origins => _origins;

    /// <summary>Reads a section.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="keys">The record's keys.</param>
    /// <param name="mapping">What was written; null where nothing was.</param>
    /// <param name="path">The section's dotted key; empty for the whole recipe.</param>
    /// <param name="origin">The section's place, for what is missing in it.</param>
    /// <returns>The record; keys with problems hold their defaults.</returns>
    public object BindSection(Type type, IReadOnlyList<RecipeKey> keys, RecipeMapping? mapping, string path, RecipeOrigin origin)
    {
        object record = Activator.CreateInstance(type)!;
        foreach (RecipeEntry entry in mapping?.Entries ?? [])
        {
            if (!keys.Any(key => key.Name == entry.Key))
            {
                ReportUnknown(entry, path, keys);
            }
        }

        foreach (RecipeKey key in keys)
        {
            RecipeEntry? entry = mapping?.Entries.Find(entry => entry.Key == key.Name);
            BindKey(record, key, entry, RecipeNames.Join(path, key.Name), origin);
        }

        if (record is IRecipeRules rules)
        {
            CheckRules(rules, path, origin);
        }

        return record;
    }

    private void BindKey(object record, RecipeKey key, RecipeEntry? entry, string name, RecipeOrigin sectionOrigin)
    {
        if (entry is not null)
        {
            _origins[name] = entry.Origin;
        }

        if (key.Kind == KeyKind.Section)
        {
            BindSectionKey(record, key, entry, name, sectionOrigin);
        }
        else if (entry is not null)
        {
            object? value = BindValue(key, entry.Value, name);
            if (value is not null || (key.AllowsNull && entry.Value.IsNull))
            {
                key.Property.SetValue(record, value);
            }
        }
        else if (key.IsRequired && isWhole)
        {
            problems.Add(sectionOrigin, name, $"missing; expected {key.Expected} ({Lower(key.Meaning)})");
        }
    }

    private void BindSectionKey(object record, RecipeKey key, RecipeEntry? entry, string name, RecipeOrigin sectionOrigin)
    {
        switch (entry?.Value)
        {
            case RecipeMapping mapping:
                key.Property.SetValue(record, BindSection(key.ValueType, key.Parts, mapping, name, entry.Origin));
                break;
            case null when !key.IsRequired:
                break;
            case { IsNull: true } when key.AllowsNull:
                key.Property.SetValue(record, null);
                break;
            case null:
            case { IsNull: true }:
                // A section whose keys are all commented out; or one that is missing, whose required keys are then missing.
                key.Property.SetValue(record, BindSection(key.ValueType, key.Parts, null, name, entry?.Origin ?? sectionOrigin));
                break;
            case RecipeFault:
                problems.MarkFaulty(name);
                FillIn(record, key);
                break;
            default:
                problems.Add(entry.Value.Origin, name, $"found {entry.Value.Description}, expected {key.Expected}");
                FillIn(record, key);
                break;
        }
    }

    /// <summary>Rules may read sections that have problems: a section is never null.</summary>
    private static void FillIn(object record, RecipeKey key)
    {
        if (key.Property.GetValue(record) is null)
        {
            object section = Activator.CreateInstance(key.ValueType)!;
            foreach (RecipeKey inner in key.Parts.Where(inner => inner.Kind == KeyKind.Section))
            {
                FillIn(section, inner);
            }

            key.Property.SetValue(record, section);
        }
    }

    private object? BindValue(RecipeKey key, RecipeNode node, string name)
    {
        switch (node)
        {
            case RecipeFault:
                problems.MarkFaulty(name);
                return null;
            case { IsNull: true } when key.AllowsNull:
                return null;
            case { IsNull: true }:
                problems.Add(node.Origin, name, $"found no value, expected {key.Expected}"
                    + (key.IsRequired ? "" : "; leave the key out for its default"));
                return null;
            case RecipeSequence sequence when key.Kind == KeyKind.Tuple:
                return BindTuple(key, sequence, name);
            case RecipeSequence sequence when key.Kind == KeyKind.TextList:
                return BindList(key, sequence, name);
            case RecipeSequence sequence when key.Kind == KeyKind.SectionList:
                return BindSections(key, sequence, name);
            case RecipeScalar scalar when key.Kind == KeyKind.TextList && key.AllowsSingle:
                return BindScalar(key, scalar, name) is string single ? new ValueList<string>([single]) : null;
            case RecipeScalar scalar when key.Kind is not (KeyKind.Tuple or KeyKind.TextList or KeyKind.SectionList):
                return BindScalar(key, scalar, name);
            default:
                problems.Add(node.Origin, name, $"found {node.Description}, expected {key.Expected}");
                return null;
        }
    }

    private object? BindScalar(RecipeKey key, RecipeScalar scalar, string name)
    {
        object? value = ValueReader.Read(key, scalar, out string? problem);
        if (problem is null && key.Path is { } kind && value is string text)
        {
            value = paths.Read(kind, text, scalar.Origin, out problem);
        }

        if (problem is not null)
        {
            problems.Add(scalar.Origin, name, problem);
            return null;
        }

        return value;
    }

    private ValueList<string>? BindList(RecipeKey key, RecipeSequence sequence, string name)
    {
        if (sequence.Items.Count == 0)
        {
            problems.Add(sequence.Origin, name, $"found an empty list, expected {key.Expected}");
            return null;
        }

        List<string> texts = [];
        for (int i = 0; i < sequence.Items.Count; i++)
        {
            string itemName = RecipeNames.Item(name, i);
            _origins[itemName] = sequence.Items[i].Origin;
            switch (sequence.Items[i])
            {
                case RecipeScalar { IsNull: false } scalar:
                    if (BindScalar(key, scalar, itemName) is string text)
                    {
                        texts.Add(text);
                    }

                    break;
                case RecipeFault:
                    problems.MarkFaulty(itemName);
                    break;
                case RecipeNode other:
                    problems.Add(other.Origin, itemName, $"found {other.Description}, expected {key.Expected}");
                    break;
            }
        }

        return texts.Count == sequence.Items.Count ? new ValueList<string>(texts.ToArray()) : null;
    }

    private object? BindSections(RecipeKey key, RecipeSequence sequence, string name)
    {
        if (sequence.Items.Count == 0)
        {
            problems.Add(sequence.Origin, name, $"found an empty list, expected {key.Expected}");
            return null;
        }

        int before = problems.Count;
        List<object> items = [];
        for (int i = 0; i < sequence.Items.Count; i++)
        {
            string itemName = RecipeNames.Item(name, i);
            _origins[itemName] = sequence.Items[i].Origin;
            switch (sequence.Items[i])
            {
                case RecipeMapping mapping:
                    items.Add(BindSection(key.ElementType!, key.Parts, mapping, itemName, mapping.Origin));
                    break;
                case RecipeFault:
                    problems.MarkFaulty(itemName);
                    break;
                case RecipeNode other:
                    problems.Add(other.Origin, itemName, $"found {other.Description}, expected a mapping with the keys {string.Join(", ", key.Parts.Select(part => part.Name))}");
                    break;
            }
        }

        return problems.Count == before && items.Count == sequence.Items.Count ? key.ListOf(items) : null;
    }

    private object? BindTuple(RecipeKey key, RecipeSequence sequence, string name)
    {
        IReadOnlyList<RecipeKey> parts = key.Parts;
        if (sequence.Items.Count != parts.Count)
        {
            problems.Add(sequence.Origin, name, $"found {sequence.Description}, expected {key.Expected}");
            return null;
        }

        object record = Activator.CreateInstance(key.ValueType)!;
        int before = problems.Count;
        for (int i = 0; i < parts.Count; i++)
        {
            string itemName = RecipeNames.Item(name, i);
            if (BindValue(parts[i], sequence.Items[i], itemName) is { } value)
            {
                parts[i].Property.SetValue(record, value);
            }
            else if (problems.Count == before)
            {
                return null;
            }
        }

        if (problems.Count > before)
        {
            return null;
        }

        foreach (RuleBreach breach in (record as IRecipeRules)?.FindBreaches() ?? [])
        {
            problems.Add(sequence.Origin, name, breach.What);
        }

        return problems.Count > before ? null : record;
    }

    private void CheckRules(IRecipeRules rules, string path, RecipeOrigin origin)
    {
        foreach (RuleBreach breach in rules.FindBreaches())
        {
            string[] names = [.. breach.Keys.Select(key => RecipeNames.Join(path, key))];
            bool isWritten = names.Any(_origins.ContainsKey);
            if (!names.Any(problems.Touches) && (isWhole || isWritten))
            {
                problems.Add(_origins.GetValueOrDefault(names[0]) ?? NearestSection(names[0]) ?? origin, names[0], breach.What);
            }
        }
    }

    private RecipeOrigin? NearestSection(string name)
    {
        for (int dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            if (_origins.TryGetValue(name[..dot], out RecipeOrigin? origin) && origin.Override is null)
            {
                return origin;
            }
        }

        return null;
    }

    private void ReportUnknown(RecipeEntry entry, string path, IReadOnlyList<RecipeKey> siblings)
    {
        string name = RecipeNames.Join(path, Quoting.Shorten(entry.Key));
        problems.Add(entry.Origin, name, $"unknown key {Quoting.Quote(entry.Key)}{KeyNames.Suggest(root, path, entry.Key, siblings)}");
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
