using System.Globalization;
using DriveKD.Evaluation.Reports;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Compare;

/// <summary>What a comparison's figures show and what they do not, in words.</summary>
public static class CompareWords
{
    private const double Level = 0.05;
    private const int FewSeeds = 5;

    /// <summary>What must not be missed, worst first.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="results">The results.</param>
    public static IReadOnlyList<string> Notices(CompareRecipe recipe, CompareResults results)
    {
        List<string> notices = [];
        notices.AddRange(results.Failures.Select(failure => $"Failed: {failure.Run.Name}: {failure.Error}"));
        notices.AddRange(results.Identities.Where(check => !check.IsIdentical).Select(check => string.Create(
            CultureInfo.InvariantCulture, $"Control broken: {check.Arm} and {check.Other} should have the same weights, and differ at seed {check.Seed}, size {CompareNames.OfSize(check.Size)}.")));
        if (results.FinishedRuns < results.PlannedRuns)
        {
            notices.Add(string.Create(CultureInfo.InvariantCulture, $"Incomplete: {results.FinishedRuns} of {results.PlannedRuns} final runs are done; means rest on different seeds where arms have different counts."));
        }

        if (results.Programs.Count > 1)
        {
            notices.Add($"Runs were made by different programs: {string.Join("; ", results.Programs)}.");
        }

        if (results.DifferentData.Count > 0)
        {
            notices.Add($"Arms trained on different samples (their recipes say so) at: {string.Join("; ", results.DifferentData)}.");
        }

        string[] untuned = [.. recipe.Arms.Where(arm => arm.Tune is null).Select(arm => arm.Name)];
        if (untuned.Length > 0 && untuned.Length < recipe.Arms.Count)
        {
            notices.Add($"Not tuned, run as they are: {string.Join(", ", untuned)}. The others chose among settings, which favours them.");
        }

        if (recipe.FinalSeeds().Count < FewSeeds)
        {
            notices.Add(string.Create(CultureInfo.InvariantCulture, $"Only {recipe.FinalSeeds().Count} seeds: intervals are wide, and the exact sign test cannot fall below {Math.Pow(2, 1 - recipe.FinalSeeds().Count):0.####}."));
        }

        if (results.CutOffShare > 0.01)
        {
            notices.Add(string.Create(CultureInfo.InvariantCulture, $"{100 * results.CutOffShare:0.#} % of the answers were cut off at answers.max_new_tokens."));
        }

        return notices;
    }

    /// <summary>What the paired differences show.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="results">The results.</param>
    public static string Findings(CompareRecipe recipe, CompareResults results)
    {
        if (results.Differences.Count == 0)
        {
            return "There is no difference to look at yet: the baseline and another arm must have finished a seed.";
        }

        string[] clear = [.. results.Differences.Where(difference => difference.CorrectedP < Level).Select(Describe)];
        string untold = string.Create(CultureInfo.InvariantCulture, $"{results.Differences.Count - clear.Length} of {results.Differences.Count} differences from {recipe.Baseline} are not told from 0 at {Level:P0} after correction");
        return clear.Length == 0
            ? $"{untold}. That is no proof that arms are equal: the intervals say how large a difference may still be."
            : $"After correction these differ from {recipe.Baseline}: {string.Join("; ", clear)}. {untold}.";
    }

    /// <summary>What the figures do not show.</summary>
    public const string Limits =
        "An interval is about the training's randomness: other seeds, the same test questions. How figures would change with other questions or scenes it does not say. "
        + "Differences are paired: both arms of a seed have the same samples in the same order. Holm's correction runs over all arms, sizes and capabilities together, "
        + "and over the means apart. A score is the share of questions whose decisive words (before \"because\") equal the reference's.";

    /// <summary>A difference in words.</summary>
    /// <param name="difference">The difference.</param>
    public static string Describe(ArmDifference difference) => string.Create(
        CultureInfo.InvariantCulture,
        $"{difference.Arm}{(difference.Size is null ? "" : $" ({CompareNames.OfSize(difference.Size)} samples)")} on {CompareNames.Of(difference.Capability)} by {Points(difference.Test.MeanDifference)} points {Ends(difference.Test.Interval)} (p {Cells.P(difference.CorrectedP)})");

    /// <summary>A share as points of a hundred with its sign.</summary>
    /// <param name="share">The share.</param>
    public static string Points(double? share) => Cells.Change(share * 100);

    /// <summary>A share as a percentage without sign.</summary>
    /// <param name="share">The share.</param>
    public static string Percent(double? share) => Cells.Points(share * 100);

    /// <summary>An interval of differences.</summary>
    /// <param name="interval">The interval.</param>
    public static string Ends(Interval? interval) => Cells.Ends(interval, value => Points(value));
}
