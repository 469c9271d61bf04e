using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Reports;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Compare;

/// <summary>A comparison as one HTML file that needs nothing else: what was found in words, means, paired differences, curves, costs, how it was made.</summary>
public static class ComparePage
{
    /// <summary>Writes the page.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="results">The results.</param>
    /// <param name="facts">How it was made.</param>
    public static string Write(CompareRecipe recipe, CompareResults results, CompareFacts facts)
    {
        string title = $"Comparison {Path.GetFileName(facts.Folder)}";
        string[] arms = [.. recipe.Arms.Select(arm => arm.Name)];
        Markup content = Markup.Of($"""
            <header>
            <h1>{title}</h1>
            <p class="lead">{Lead(recipe, results)}</p>
            <p class="lead">{CompareWords.Findings(recipe, results)}</p>
            {Notices(recipe, results)}<p class="quiet">{CompareWords.Limits}</p>
            </header>
            {Means(recipe, results, arms)}{Differences(recipe, results, arms)}{Curves(recipe, results, arms)}{ComparePageTables.Write(recipe, results, facts)}<p class="made">Made by {facts.Program} at {ReportNumbers.Moment(facts.MadeAt)} from <span class="path">{facts.Folder}</span>.</p>

            """);
        return PageFrame.Write(title, content, $"{EvaluationStyle.Text}\n{Style}");
    }

    private const string Style = """
        .plot .seed{fill:var(--c);opacity:.45}.plot .group-name{font-weight:600}.plot .reference{stroke:var(--ink);stroke-width:1;stroke-dasharray:5 4}
        """;

    private static string Lead(CompareRecipe recipe, CompareResults results)
    {
        string sizes = recipe.Sizes().Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" x {recipe.Sizes().Count} training sizes");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{recipe.Arms.Count} arms x {recipe.FinalSeeds().Count} seeds{sizes} of {Path.GetFileName(recipe.Recipe)}: {results.FinishedRuns} of {results.PlannedRuns} final runs and {results.FinishedTrials} of {results.PlannedTrials} trials are done. Each student answered {results.Questions} test questions.");
    }

    private static Markup Notices(CompareRecipe recipe, CompareResults results)
    {
        Markup[] items = [.. CompareWords.Notices(recipe, results).Select(text => Markup.Of($"""
            <li class="warning">{text}</li>

            """))];
        return items.Length == 0 ? Markup.None : Markup.Of($"""
            <ul class="notices">
            {Markup.Join(items)}</ul>

            """);
    }

    private static Markup Means(CompareRecipe recipe, CompareResults results, string[] arms)
    {
        DotPlot.Row[] rows =
        [
            .. from figure in results.Figures
               where figure.Summary.Mean is not null
               orderby figure.Capability is null, figure.Capability, Array.IndexOf(arms, figure.Arm)
               select new DotPlot.Row(
                   CompareNames.Of(figure.Capability), Label(recipe, figure.Arm, figure.Size), Array.IndexOf(arms, figure.Arm), figure.Summary.Mean ?? 0,
                   figure.Summary.Interval?.Low, figure.Summary.Interval?.High, figure.Values,
                   string.Create(CultureInfo.InvariantCulture, $"{Label(recipe, figure.Arm, figure.Size)}, {CompareNames.Of(figure.Capability)}: {CompareWords.Percent(figure.Summary.Mean)} % over {figure.Summary.N} seeds")),
        ];
        return Section("Means", DotPlot.Draw("means", "Share of exact answers of every arm", "exact answers", rows, zero: false),
            "The large dot is the mean over the seeds, the line its 95 % interval (t distribution), small dots are single seeds.");
    }

    private static Markup Differences(CompareRecipe recipe, CompareResults results, string[] arms)
    {
        DotPlot.Row[] rows =
        [
            .. from difference in results.Differences
               where difference.Test.MeanDifference is not null
               orderby difference.Capability is null, difference.Capability, Array.IndexOf(arms, difference.Arm)
               select new DotPlot.Row(
                   CompareNames.Of(difference.Capability), Label(recipe, difference.Arm, difference.Size), Array.IndexOf(arms, difference.Arm), difference.Test.MeanDifference ?? 0,
                   difference.Test.Interval?.Low, difference.Test.Interval?.High, difference.Values, CompareWords.Describe(difference)),
        ];
        return Section($"Differences from {recipe.Baseline}", DotPlot.Draw("differences", $"Differences from {recipe.Baseline}, seed by seed", $"exact answers: arm - {recipe.Baseline}", rows, zero: true),
            "Each small dot is one seed: both students trained on the same samples in the same order and answered the same questions. The line is the 95 % interval of the mean difference.");
    }

    private static Markup Curves(CompareRecipe recipe, CompareResults results, string[] arms)
    {
        if (recipe.Sizes().Count < 2)
        {
            return Markup.None;
        }

        Markup legend = Markup.Join(arms.Select((arm, i) => Markup.Of($"""<li><i class="{Palette.ClassOf(i)}"></i>{arm}</li>""")));
        Markup charts = Markup.Join(Enum.GetValues<Capability>().Select(value => (Capability?)value).Append(null).Select(capability => CurvePlot.Draw(results.Figures, arms, recipe.Sizes(), capability) is { Text.Length: > 0 } drawn
            ? Markup.Of($"""
                <figure><h3>{CompareNames.Of(capability)}</h3>
                {drawn}</figure>

                """)
            : Markup.None));
        return Section("Few samples", Markup.Of($"""
            <ul class="legend">{legend}</ul>
            <div class="figures">
            {charts}</div>

            """), "The share of exact answers over the number of training samples, means over seeds with 95 % intervals. All sizes train for the length that the recipe says.");
    }

    private static Markup Section(string title, Markup figure, string caption) => figure.Text.Length == 0 ? Markup.None : Markup.Of($"""
        <h2>{title}</h2>
        {figure}<p class="quiet">{caption}</p>

        """);

    private static string Label(CompareRecipe recipe, string arm, int? size) => recipe.Sizes().Count == 1 ? arm : $"{arm}, {CompareNames.OfSize(size)}";
}
