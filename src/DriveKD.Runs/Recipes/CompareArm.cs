using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>One arm of a comparison: what it changes of the run that all arms share.</summary>
public sealed record CompareArm : IRecipeRules
{
    /// <summary>The form of an override.</summary>
    internal const string OverridePattern = @"[a-z][a-z0-9_.]*=[^\n]*";

    /// <summary>Between the overrides of one tuning setting.</summary>
    private const string SettingSeparator = "; ";

    /// <summary>Keys that the comparison itself decides.</summary>
    private static readonly string[] _reserved = ["seed", "output"];

    /// <summary>What tables and files call it.</summary>
    [RecipeKey("What tables, figures and folders call the arm")]
    [TextForm("[A-Za-z0-9][A-Za-z0-9._+-]{0,39}", "a name of at most 40 letters, digits and . _ + -")]
    public required string Name { get; init; }

    /// <summary>What it is, for the report.</summary>
    [RecipeKey("What the arm is and why it is there, for the report")]
    public string? Explanation { get; init; }

    /// <summary>Keys of the run's recipe.</summary>
    [RecipeKey("Keys of the run's recipe that this arm has otherwise: a text `key=value`, or a list of them; not set: the run as it is")]
    [TextForm(OverridePattern, "key=value")]
    [OneOrMany]
    public ValueList<string>? Set { get; init; }

    /// <summary>Settings to try on validation data.</summary>
    [RecipeKey("Settings of which the best on the validation data is run on the test data: each a text `key=value`, or several with `; ` between them; not set: the arm is not tuned")]
    [TextForm(OverridePattern, "key=value, or several with '; ' between them")]
    [OneOrMany]
    public ValueList<string>? Tune { get; init; }

    /// <summary>An arm whose weights must come out the same.</summary>
    [RecipeKey("An arm whose trained weights must equal this one's bit for bit, seed by seed; a control, checked and reported")]
    public string? IdenticalTo { get; init; }

    /// <summary>The overrides of a tuning setting.</summary>
    /// <param name="setting">One of <see cref="Tune"/>.</param>
    public static IReadOnlyList<string> SplitSetting(string setting) => setting.Split(SettingSeparator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        string[] settings = [.. (Tune ?? []).SelectMany(SplitSetting)];
        foreach (string fault in settings.Where(text => !text.Contains('=', StringComparison.Ordinal)))
        {
            yield return new RuleBreach($"found '{fault}' in a setting, expected key=value", "tune");
        }

        foreach (string key in (Set ?? []).Concat(settings).Select(KeyOf).Where(_reserved.Contains).Distinct())
        {
            yield return new RuleBreach($"sets {key}, which the comparison itself decides: write {(key == "seed" ? "seeds" : "output")} at the top of this recipe", "set", "tune");
        }

        foreach (IGrouping<string, string> same in (Tune ?? []).GroupBy(setting => setting).Where(same => same.Count() > 1))
        {
            yield return new RuleBreach($"'{same.Key}' is written twice: every setting is tried once", "tune");
        }
    }

    /// <summary>The dotted key of an override.</summary>
    internal static string KeyOf(string text) => text.Split('=')[0].Trim();
}
