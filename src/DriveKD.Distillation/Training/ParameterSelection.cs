using System.IO.Enumeration;
using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Training;

/// <summary>
/// Which of a model's parameters are trained. Items are read in order: a preset or a glob (* any characters, ? one) adds the
/// parameters whose whole name it matches, and with ! before it takes them away again.
/// </summary>
public static class ParameterSelection
{
    private const string Key = "train.trainable";
    private const string Nothing = "none";

    private static readonly Dictionary<string, Func<ParameterNames, string, bool>> _presets = new()
    {
        ["language"] = (names, name) => names.IsOfLanguage(name),
        ["attention"] = (names, name) => names.IsOfLayers(name) && name.Contains(".self_attn.", StringComparison.Ordinal),
        ["all"] = (_, _) => true,
    };

    /// <summary>The items of a recipe: with adapters and nothing written, only those are trained.</summary>
    /// <param name="train">The recipe's section.</param>
    public static IReadOnlyList<string> ItemsOf(TrainSettings train) => train.Trainable ?? [train.Lora.Rank > 0 ? Nothing : "language"];

    /// <summary>Chooses parameters.</summary>
    /// <param name="items">Presets and globs.</param>
    /// <param name="names">All parameters in the model's order.</param>
    /// <param name="hasAdapters">Whether adapters are trained besides, so that nothing needs to be chosen.</param>
    /// <param name="parts">How the model's family names parts, for presets.</param>
    /// <returns>The chosen names, in the model's order.</returns>
    /// <exception cref="InputException">Items that match nothing, or nothing is chosen; every problem names the recipe's key.</exception>
    public static IReadOnlyList<string> Choose(IReadOnlyList<string> items, IReadOnlyList<string> names, bool hasAdapters, ParameterNames parts)
    {
        List<Problem> problems = [];
        HashSet<string> chosen = [];
        foreach (string item in items)
        {
            bool takesAway = item.StartsWith('!');
            string pattern = takesAway ? item[1..] : item;
            if (pattern == Nothing)
            {
                if (items.Count > 1)
                {
                    problems.Add(new Problem(Key, $"'{item}' stands beside other items; it means that no parameter of the model is trained and stands alone."));
                }

                continue;
            }

            List<string> matches =
            [
                .. names.Where(name => _presets.TryGetValue(pattern, out Func<ParameterNames, string, bool>? isOf)
                    ? isOf(parts, name)
                    : FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)),
            ];
            if (matches.Count == 0)
            {
                problems.Add(new Problem(Key, $"'{item}' matches no parameter of the student{Nearest(pattern, names)}"));
            }
            else if (!takesAway)
            {
                chosen.UnionWith(matches);
            }
            else if (matches.RemoveAll(chosen.Remove) == 0)
            {
                problems.Add(new Problem(Key, $"'{item}' takes nothing away: no item before it chose such a parameter. Write it behind what it takes from."));
            }
        }

        if (problems.Count == 0 && chosen.Count == 0 && !hasAdapters)
        {
            problems.Add(new Problem(Key, $"[{string.Join(", ", items)}] chooses no parameter: nothing would be trained. Choose some, or set train.lora.rank above 0."));
        }

        return problems.Count == 0 ? [.. names.Where(chosen.Contains)] : throw new InputException(problems);
    }

    /// <summary>The names that share most with what was written; the numbers of layers are left open, so that one name stands for all.</summary>
    private static string Nearest(string pattern, IReadOnlyList<string> names)
    {
        if (pattern.Length is 0 or > 200)
        {
            return $"; presets are {string.Join(", ", _presets.Keys)} and {Nothing}.";
        }

        IEnumerable<string> open = names.Select(name => string.Join('.', name.Split('.').Select((part, i) => i > 1 && int.TryParse(part, out _) ? "*" : part)));
        string[] nearest = [.. open.Distinct().Concat(_presets.Keys).OrderByDescending(name => Likeness(pattern, name)).Take(3)];
        return $"; the nearest are {string.Join(", ", nearest)}. A glob matches whole names.";
    }

    /// <summary>Twice the longest common subsequence over both lengths: a part of a long name is near it, as no edit distance would say.</summary>
    private static double Likeness(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        foreach (char letter in a)
        {
            int diagonal = 0;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = letter == b[j - 1] ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return 2.0 * row[^1] / (a.Length + b.Length);
    }
}
