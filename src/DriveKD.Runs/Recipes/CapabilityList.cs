using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Lists of capabilities in a recipe, which holds them as texts.</summary>
internal static class CapabilityList
{
    /// <summary>The form of an item.</summary>
    public const string Pattern = "perception|reasoning|planning";

    /// <summary>The form of an item, in words.</summary>
    public const string Expected = "one of perception, reasoning, planning";

    /// <summary>The capabilities.</summary>
    /// <param name="names">Of the form.</param>
    public static IReadOnlyList<Capability> Parse(ValueList<string> names) =>
        [.. names.Select(name => Enum.GetValues<Capability>().Single(capability => RecipeNames.OfEnum(capability) == name))];

    /// <summary>The capabilities that are written more than once, if there are any.</summary>
    /// <param name="names">The list, or null where it is not written.</param>
    /// <param name="key">Its key.</param>
    public static IEnumerable<RuleBreach> FindRepetitions(ValueList<string>? names, string key)
    {
        string[] repeated = [.. (names ?? []).GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key)];
        if (repeated.Length > 0)
        {
            yield return new RuleBreach($"{string.Join(" and ", repeated)}: written more than once; name each capability at most once", key);
        }
    }
}
