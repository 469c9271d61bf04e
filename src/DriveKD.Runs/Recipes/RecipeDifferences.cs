namespace DriveKD.Runs.Recipes;

/// <summary>Compares two resolved recipes, key by key.</summary>
public static class RecipeDifferences
{
    /// <summary>What differs, one line per key.</summary>
    /// <param name="then">A resolved recipe's text.</param>
    /// <param name="now">Another's.</param>
    /// <param name="ignored">Keys that may differ.</param>
    public static IReadOnlyList<string> Find(string then, string now, params string[] ignored)
    {
        Dictionary<string, string> before = Flatten(then);
        Dictionary<string, string> after = Flatten(now);
        return
        [
            .. from key in before.Keys.Union(after.Keys)
               where !ignored.Contains(key)
               let old = before.GetValueOrDefault(key, "not set")
               let @new = after.GetValueOrDefault(key, "not set")
               where old != @new
               select $"{key}: {old} then, {@new} now",
        ];
    }

    /// <summary>The writer's own form: one key per line, sections by indentation of two.</summary>
    private static Dictionary<string, string> Flatten(string yaml)
    {
        Dictionary<string, string> values = [];
        List<string> path = [];
        foreach (string line in yaml.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            string text = line.TrimStart(' ');
            int depth = (line.Length - text.Length) / 2;
            int colon = text.IndexOf(':', StringComparison.Ordinal);
            path.RemoveRange(Math.Min(depth, path.Count), Math.Max(0, path.Count - depth));
            path.Add(text[..colon]);
            string value = text[(colon + 1)..].Trim();
            if (value.Length > 0)
            {
                values[string.Join('.', path)] = value;
            }
        }

        return values;
    }
}
