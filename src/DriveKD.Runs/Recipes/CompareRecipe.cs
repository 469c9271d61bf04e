using System.Globalization;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>Arms x seeds of training runs: what <c>drivekd compare</c> reads from YAML. Paths are absolute once read.</summary>
public sealed record CompareRecipe : IRecipeRules
{
    /// <summary>The word for all training samples.</summary>
    private const string AllSamples = "all";

    /// <summary>The folder of the comparison, which does not exist yet or is empty.</summary>
    [RecipeKey("The folder that the comparison creates; it must not exist yet, or be empty")]
    [RecipePath(RecipePathKind.OutputFolder)]
    public required string Output { get; init; }

    /// <summary>The recipe of a run.</summary>
    [RecipeKey("The recipe of the run that all arms share, of `drivekd distill` or `drivekd finetune`; its `output` and `seed` are the comparison's")]
    [RecipePath(RecipePathKind.InputFile)]
    public required string Recipe { get; init; }

    /// <summary>Keys of that recipe for every arm.</summary>
    [RecipeKey("Keys of that recipe that every arm has otherwise: a text `key=value`, or a list of them; an arm's own win")]
    [TextForm(CompareArm.OverridePattern, "key=value")]
    [OneOrMany]
    public ValueList<string>? Set { get; init; }

    /// <summary>What is compared.</summary>
    [RecipeKey("What is compared, in the order of tables and figures")]
    public required ValueList<CompareArm> Arms { get; init; }

    /// <summary>The arm that the others are compared with.</summary>
    [RecipeKey("The arm that the others' differences are taken from, seed by seed")]
    public required string Baseline { get; init; }

    /// <summary>The seeds of the final runs.</summary>
    [RecipeKey("The seeds of the final runs, the same for all arms: numbers and spans such as 1-8")]
    [TextForm(SeedList.Pattern, SeedList.Expected)]
    [OneOrMany]
    public required ValueList<string> Seeds { get; init; }

    /// <summary>Training samples of each capability; several sizes make a curve.</summary>
    [RecipeKey("Training samples of each capability, drawn by the seed and the same for all arms; a list of sizes makes a curve; `all` for the records as they are")]
    [TextForm("all|[1-9][0-9]{0,8}", "a number of samples, or all")]
    [OneOrMany]
    public ValueList<string> Subset { get; init; } = [AllSamples];

    /// <summary>The test questions.</summary>
    [RecipeKey("The test questions, which every student of a final run answers")]
    public required CompareDataSettings Test { get; init; }

    /// <summary>Where settings are tried.</summary>
    [RecipeKey("Where arms' settings are tried")]
    public CompareTuningSettings? Tuning { get; init; }

    /// <summary>How students answer.</summary>
    [RecipeKey("How students answer")]
    public CompareAnswerSettings Answers { get; init; } = new();

    /// <summary>Decides which questions are asked.</summary>
    [RecipeKey("Decides which test and validation questions are drawn, where not all are asked; of no effect on training")]
    [NumberLimits(AtLeast = 0)]
    public long Seed { get; init; } = 42;

    /// <summary>Runs at a time.</summary>
    [RecipeKey("Runs at a time, a process of one compute thread each; not set: as many as cores")]
    [NumberLimits(AtLeast = 1, AtMost = 256)]
    public int? Workers { get; init; }

    /// <summary>A folder of results that comparisons share.</summary>
    [RecipeKey("A folder of results that several comparisons share: what one has run with the same content no other runs again; not set: none")]
    [RecipePath(RecipePathKind.OutputFolder)]
    public string? Cache { get; init; }

    /// <summary>Whether finished students stay.</summary>
    [RecipeKey("Whether finished students stay, under `runs/NAME/final`; otherwise answers and metrics alone. Nothing is then taken from the cache")]
    public bool KeepModels { get; init; }

    /// <summary>The seeds of the final runs, read.</summary>
    public IReadOnlyList<long> FinalSeeds() => SeedList.Parse(Seeds);

    /// <summary>The seeds of the trials, read; none without tuning.</summary>
    public IReadOnlyList<long> TuningSeeds() => SeedList.Parse(Tuning?.Seeds ?? []);

    /// <summary>Training samples of each capability, read; null for all.</summary>
    public IReadOnlyList<int?> Sizes() => [.. Subset.Select(size => size == AllSamples ? (int?)null : int.Parse(size, CultureInfo.InvariantCulture))];

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches() => ArmBreaches().Concat(SeedBreaches()).Concat(TuningBreaches());

    private IEnumerable<RuleBreach> ArmBreaches()
    {
        CompareArm[] arms = [.. Arms ?? []];
        foreach (IGrouping<string, CompareArm> same in arms.GroupBy(arm => arm.Name, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            yield return new RuleBreach($"{same.Count()} arms are called '{same.Key}': give each a name of its own", "arms");
        }

        if (arms.All(arm => arm.Name != Baseline))
        {
            yield return new RuleBreach($"there is no arm '{Baseline}'; the arms are {string.Join(", ", arms.Select(arm => arm.Name))}", "baseline", "arms");
        }

        foreach (CompareArm arm in arms.Where(arm => arm.IdenticalTo is not null && (arm.IdenticalTo == arm.Name || arms.All(other => other.Name != arm.IdenticalTo))))
        {
            yield return new RuleBreach($"arm {arm.Name}: identical_to names '{arm.IdenticalTo}', expected another arm: {string.Join(", ", arms.Where(other => other != arm).Select(other => other.Name))}", "arms");
        }

        foreach (string key in (Set ?? []).Select(CompareArm.KeyOf).Where(key => key is "seed" or "output"))
        {
            yield return new RuleBreach($"sets {key}, which the comparison itself decides: write {(key == "seed" ? "seeds" : "output")} at the top of this recipe", "set");
        }

        if (Subset.Distinct().Count() < Subset.Count)
        {
            yield return new RuleBreach("a size is written twice", "subset");
        }
    }

    private IEnumerable<RuleBreach> SeedBreaches()
    {
        string? final = SeedList.FindFault(Seeds ?? []);
        string? trials = SeedList.FindFault(Tuning?.Seeds ?? []);
        if (final is not null)
        {
            yield return new RuleBreach(final, "seeds");
        }

        if (trials is not null)
        {
            yield return new RuleBreach(trials, "tuning.seeds");
        }

        long[] both = final is null && trials is null && Seeds is not null ? [.. FinalSeeds().Intersect(TuningSeeds())] : [];
        if (both.Length > 0)
        {
            yield return new RuleBreach($"{string.Join(" and ", both)}: final seeds too; a setting that is chosen on a final seed is chosen by its luck", "tuning.seeds", "seeds");
        }
    }

    private IEnumerable<RuleBreach> TuningBreaches()
    {
        CompareArm[] tuned = [.. (Arms ?? []).Where(arm => arm.Tune is not null)];
        if (tuned.Select(arm => arm.Tune!.Count).Distinct().Count() > 1)
        {
            string counts = string.Join(", ", tuned.Select(arm => string.Create(CultureInfo.InvariantCulture, $"{arm.Name} {arm.Tune!.Count}")));
            yield return new RuleBreach($"arms have different numbers of settings to try ({counts}): give each as many, or none", "arms");
        }

        if (tuned.Length > 0 && Tuning is null)
        {
            yield return new RuleBreach($"{string.Join(" and ", tuned.Select(arm => arm.Name))}: has settings to try, but tuning (seeds and data) is missing", "tuning", "arms");
        }
        else if (tuned.Length == 0 && Tuning is not null)
        {
            yield return new RuleBreach("no arm has settings to try (arms: tune): add some, or leave tuning out", "tuning", "arms");
        }
    }
}
