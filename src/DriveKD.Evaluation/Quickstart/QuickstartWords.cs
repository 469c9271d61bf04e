using System.Globalization;
using DriveKD.Evaluation.Compare;

namespace DriveKD.Evaluation.Quickstart;

/// <summary>What a quick start's figures show and what they do not, in plain sentences.</summary>
public static class QuickstartWords
{
    private const double Level = 0.05;

    /// <summary>What was found, capability by capability, then over all.</summary>
    /// <param name="report">The report.</param>
    public static IReadOnlyList<string> Findings(QuickstartReport report)
    {
        ArmDifference[] differences = [.. report.Results.Differences.Where(difference => difference.Arm == QuickstartReport.Distilled)];
        if (differences.Length == 0)
        {
            return ["No seed has both students, so there is nothing to compare: the runs' messages say why."];
        }

        int clear = differences.Count(difference => difference.CorrectedP < Level && difference.Capability is not null);
        int capabilities = differences.Count(difference => difference.Capability is not null);
        return [.. differences.OrderBy(difference => difference.Capability is null).ThenBy(difference => difference.Capability).Select(difference => Sentence(report, difference)), Summary(clear, capabilities)];
    }

    /// <summary>What the figures do not show.</summary>
    /// <param name="report">The report.</param>
    public static IReadOnlyList<string> Limits(QuickstartReport report)
    {
        int seeds = report.Recipe.FinalSeeds().Count;
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds are few: a 95 % interval over {seeds} seeds is {Multiplier(seeds):0.0} standard errors to each side, where many seeds would need 2. A difference that is not told from 0 may still be there."),
            "Intervals of students are about training again with other seeds; those of teachers and of the untrained student are about other questions. None is about other scenes of harder kinds.",
            "Scenes are lessons, the easiest level of the world: a straight road, one small picture, words for objects. Nothing here is about real roads, and the models are hundreds of times smaller than the paper's.",
            "The teachers know this world: they were trained on scenes like those that the students train on. The test scenes are drawn apart from all training scenes.",
            "Nothing was tuned for this run: both students have the same steps, rate, samples and order. Another weight of the teachers or a longer training may change the result either way.",
        ];
    }

    private static string Sentence(QuickstartReport report, ArmDifference difference)
    {
        double? Mean(string arm) => report.Results.Figures.FirstOrDefault(figure => figure.Arm == arm && figure.Capability == difference.Capability)?.Summary.Mean;
        string verdict = difference.CorrectedP < Level ? "told from 0" : "not told from 0";
        string name = difference.Capability is null ? "mean of the capabilities" : CompareNames.Of(difference.Capability);
        string interval = CompareWords.Ends(difference.Test.Interval);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: distilled {CompareWords.Percent(Mean(QuickstartReport.Distilled))} %, supervised alone {CompareWords.Percent(Mean(QuickstartReport.Supervised))} %; difference {CompareWords.Points(difference.Test.MeanDifference)} points{(interval.Length > 0 ? " " + interval : "")} over {difference.Test.N} paired seeds, {verdict}.");
    }

    private static string Summary(int clear, int capabilities) => clear == 0
        ? "So this run does not show that the teachers' signals help, nor that they do not: it is too short for that. It shows the method at work; more seeds decide."
        : string.Create(CultureInfo.InvariantCulture, $"So in {clear} of {capabilities} capabilities the students differ by more than chance of training explains at the 5 % level, after correction.");

    private static double Multiplier(int seeds) => seeds < 2 ? double.PositiveInfinity : Statistics.StudentT.Quantile(0.975, seeds - 1);
}
