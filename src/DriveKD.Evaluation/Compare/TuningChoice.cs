using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Compare;

/// <summary>The setting that an arm's trials chose.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Size">Training samples of each capability; null for all.</param>
/// <param name="Setting">Its place in the arm's list.</param>
/// <param name="Text">The setting.</param>
/// <param name="Scores">Every setting's score: the mean over seeds of the mean over capabilities; null where a trial is missing or failed.</param>
public sealed record TuningChoice(string Arm, int? Size, int Setting, string Text, IReadOnlyList<double?> Scores)
{
    /// <summary>Chooses for every arm and size whose trials have all ended; of equal settings the first.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="results">What there is, failed trials included.</param>
    public static IReadOnlyList<TuningChoice> Of(CompareRecipe recipe, IReadOnlyList<RunResult> results) =>
    [
        .. from size in recipe.Sizes()
           from arm in recipe.Arms
           where arm.Tune is not null
           let own = results.Where(result => result.Run.Stage == CompareStage.Tuning && result.Run.Arm == arm.Name && result.Run.Size == size).ToArray()
           where own.Length == arm.Tune!.Count * recipe.TuningSeeds().Count
           let scores = Scored(arm, own)
           where scores.Any(score => score is not null)
           let best = Enumerable.Range(0, scores.Length).MaxBy(place => scores[place] ?? double.NegativeInfinity)
           select new TuningChoice(arm.Name, size, best, arm.Tune![best], scores),
    ];

    private static double?[] Scored(CompareArm arm, RunResult[] own) =>
        [.. Enumerable.Range(0, arm.Tune!.Count).Select(place =>
        {
            RunResult[] tries = [.. own.Where(result => result.Run.Setting == place)];
            return tries.All(result => result.Mean() is not null) ? tries.Average(result => result.Mean()) : null;
        })];
}
