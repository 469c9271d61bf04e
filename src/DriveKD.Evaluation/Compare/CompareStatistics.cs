using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Compare;

/// <summary>Makes the figures of a comparison from the results of its runs. The unit is the seed: a pair is two arms of one seed.</summary>
public static class CompareStatistics
{
    /// <summary>Makes the figures.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="results">The runs that there are, in any order; failures too.</param>
    public static CompareResults Of(CompareRecipe recipe, IReadOnlyList<RunResult> results)
    {
        RunResult[] sound = [.. results.Where(result => result.Facts.Error is null)];
        RunResult[] final = [.. sound.Where(result => result.Run.Stage == CompareStage.Final)];
        ArmFigure[] figures = [.. from size in recipe.Sizes() from arm in recipe.Arms from figure in FiguresOf(arm.Name, size, final) select figure];
        return new CompareResults
        {
            PlannedRuns = recipe.FinalSeeds().Count * recipe.Sizes().Count * recipe.Arms.Count,
            FinishedRuns = final.Length,
            PlannedTrials = ComparePlan.Tuning(recipe).Count,
            FinishedTrials = sound.Length - final.Length,
            Choices = TuningChoice.Of(recipe, results),
            Figures = figures,
            Differences = Correct([.. figures.Where(figure => figure.Arm != recipe.Baseline).Select(figure => DifferenceOf(figure, Baseline(figures, recipe, figure))).OfType<ArmDifference>()]),
            Types = [.. recipe.Sizes().SelectMany(size => recipe.Arms.SelectMany(arm => TypesOf(arm.Name, size, final)))],
            Costs = [.. recipe.Arms.Select(arm => CostOf(arm, sound))],
            Identities = [.. recipe.Arms.Where(arm => arm.IdenticalTo is not null).SelectMany(arm => IdentitiesOf(arm, final))],
            Failures = [.. results.Where(result => result.Facts.Error is not null).Select(result => new RunFailure(result.Run, result.Facts.Error!))],
            DifferentData = DifferencesOfData(final),
            Programs = [.. sound.Select(result => result.Facts.Program).Distinct().Order(StringComparer.Ordinal)],
            CutOffShare = final.Sum(result => result.Answers.Count) is int answers and > 0 ? (double)final.Sum(result => result.Answers.Count(answer => answer.CutOff)) / answers : 0,
            Questions = final.Length == 0 ? 0 : final[0].Answers.Count,
        };
    }

    private static IEnumerable<ArmFigure> FiguresOf(string arm, int? size, RunResult[] final)
    {
        RunResult[] own = [.. final.Where(result => result.Run.Arm == arm && result.Run.Size == size).OrderBy(result => result.Run.Seed)];
        foreach (Capability? capability in Enum.GetValues<Capability>().Select(value => (Capability?)value).Append(null))
        {
            (long Seed, double Value)[] values =
            [
                .. from result in own
                   let value = capability is Capability one ? result.Exact(one) : result.Mean()
                   where value is not null
                   select (result.Run.Seed, value.Value),
            ];
            if (values.Length > 0)
            {
                double[] shares = [.. values.Select(value => value.Value)];
                yield return new ArmFigure(arm, size, capability, [.. values.Select(value => value.Seed)], shares, SeedSummary.Of(shares));
            }
        }
    }

    private static ArmFigure? Baseline(ArmFigure[] figures, CompareRecipe recipe, ArmFigure figure) =>
        Array.Find(figures, other => other.Arm == recipe.Baseline && other.Size == figure.Size && other.Capability == figure.Capability);

    private static ArmDifference? DifferenceOf(ArmFigure figure, ArmFigure? baseline)
    {
        long[] seeds = [.. figure.Seeds.Intersect(baseline?.Seeds ?? [])];
        if (baseline is null || seeds.Length == 0)
        {
            return null;
        }

        double[] first = [.. seeds.Select(seed => ValueOf(baseline, seed))];
        double[] second = [.. seeds.Select(seed => ValueOf(figure, seed))];
        double[] differences = [.. second.Zip(first, (arm, other) => arm - other)];
        return new ArmDifference(
            figure.Arm,
            figure.Size,
            figure.Capability,
            seeds,
            differences,
            PairedTTest.Of(first, second),
            seeds.Length < 2 ? null : SignFlipTest.Of(differences, seed: 0).P);
    }

    private static double ValueOf(ArmFigure figure, long seed) => figure.Values[figure.Seeds.ToList().IndexOf(seed)];

    /// <summary>Two families: the capabilities and the means over them, for the second only sums up the first.</summary>
    private static ArmDifference[] Correct(ArmDifference[] differences)
    {
        ArmDifference[] corrected = [.. differences];
        foreach (bool isMean in (bool[])[false, true])
        {
            int[] places = [.. Enumerable.Range(0, differences.Length).Where(place => (differences[place].Capability is null) == isMean && differences[place].P is not null)];
            IReadOnlyList<double> adjusted = PAdjustment.Holm([.. places.Select(place => differences[place].P!.Value)]);
            for (int i = 0; i < places.Length; i++)
            {
                corrected[places[i]] = differences[places[i]] with { CorrectedP = adjusted[i] };
            }
        }

        return corrected;
    }

    private static IEnumerable<TypeFigure> TypesOf(string arm, int? size, RunResult[] final)
    {
        RunResult[] own = [.. final.Where(result => result.Run.Arm == arm && result.Run.Size == size)];
        return own.SelectMany(result => result.Answers).GroupBy(answer => (answer.Capability, answer.Type))
            .OrderBy(group => group.Key.Capability).ThenBy(group => group.Key.Type, StringComparer.Ordinal)
            .Select(group => new TypeFigure(
                arm, size, group.Key.Capability, group.Key.Type, group.DistinctBy(answer => answer.Id).Count(), RunResult.Share(group)!.Value, group.Average(answer => answer.RougeL)));
    }

    private static ArmCost CostOf(CompareArm arm, RunResult[] sound)
    {
        RunResult[] own = [.. sound.Where(result => result.Run.Arm == arm.Name)];
        int final = own.Count(result => result.Run.Stage == CompareStage.Final);
        return new ArmCost(
            arm.Name,
            final,
            own.Length - final,
            arm.Tune?.Count ?? 0,
            own.Sum(result => result.Facts.Samples),
            own.Sum(result => result.Facts.TrainingSeconds),
            own.Sum(result => result.Facts.AnsweringSeconds),
            own.Sum(result => result.Facts.ProcessorSeconds));
    }

    private static IEnumerable<IdentityCheck> IdentitiesOf(CompareArm arm, RunResult[] final) =>
        from own in final
        where own.Run.Arm == arm.Name
        from other in final
        where other.Run.Arm == arm.IdenticalTo && other.Run.Seed == own.Run.Seed && other.Run.Size == own.Run.Size
        orderby own.Run.Seed
        select new IdentityCheck(arm.Name, arm.IdenticalTo!, own.Run.Size, own.Run.Seed, own.Facts.WeightsHash is not null && own.Facts.WeightsHash == other.Facts.WeightsHash);

    private static string[] DifferencesOfData(RunResult[] final) =>
    [
        .. from result in final
           group result by (result.Run.Seed, result.Run.Size) into same
           where same.Select(result => result.Facts.TrainingSetHash).Distinct().Count() > 1
           orderby same.Key.Seed
           select string.Create(CultureInfo.InvariantCulture, $"seed {same.Key.Seed}{(same.Key.Size is int size ? string.Create(CultureInfo.InvariantCulture, $", {size} samples") : "")}"),
    ];
}
