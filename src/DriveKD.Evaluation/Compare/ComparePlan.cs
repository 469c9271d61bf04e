using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Compare;

/// <summary>Which runs a comparison makes, and in which order: seed after seed, so that a stop after any time leaves whole comparisons.</summary>
public static class ComparePlan
{
    /// <summary>The trials: every setting of every arm that has some, at every size, seed after seed.</summary>
    /// <param name="recipe">The comparison.</param>
    public static IReadOnlyList<CompareRun> Tuning(CompareRecipe recipe) =>
    [
        .. from seed in recipe.TuningSeeds()
           from size in recipe.Sizes()
           from setting in Enumerable.Range(0, recipe.Arms.Max(arm => arm.Tune?.Count ?? 0))
           from arm in recipe.Arms
           where arm.Tune is not null
           select new CompareRun(CompareStage.Tuning, arm.Name, setting, size, seed),
    ];

    /// <summary>The final runs: every arm at every size, seed after seed.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="choices">What the trials chose.</param>
    public static IReadOnlyList<CompareRun> Final(CompareRecipe recipe, IReadOnlyList<TuningChoice> choices) =>
    [
        .. from seed in recipe.FinalSeeds()
           from size in recipe.Sizes()
           from arm in recipe.Arms
           let choice = choices.FirstOrDefault(choice => choice.Arm == arm.Name && choice.Size == size)
           where arm.Tune is null || choice is not null
           select new CompareRun(CompareStage.Final, arm.Name, choice?.Setting, size, seed),
    ];

    /// <summary>What a run changes of the recipe that all share; of a key that is written at several places the last counts.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="setting">The place of the tuning setting; null for none.</param>
    public static IReadOnlyList<string> Overrides(CompareRecipe recipe, CompareArm arm, int? setting)
    {
        IReadOnlyList<string>[] layers = [recipe.Set ?? [], arm.Set ?? [], setting is int place ? CompareArm.SplitSetting(arm.Tune![place]) : []];
        return
        [
            .. layers.SelectMany((layer, level) => layer.Where(text => !layers.Skip(level + 1).Any(later => later.Any(other => KeyOf(other) == KeyOf(text))))),
        ];
    }

    private static string KeyOf(string text) => text.Split('=')[0].Trim();
}
