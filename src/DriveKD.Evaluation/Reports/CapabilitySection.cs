using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Results;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>The capability table: official points with the strict ones beside, a judge's points, the paper's rows.</summary>
internal static class CapabilitySection
{
    private static readonly string[] _columns = ["perception", "reasoning", "planning", "mean"];

    public static Markup Write(EvaluationResults results)
    {
        PassResult[] passes = [.. results.Models.Select(model => model.Passes.Single(pass => pass.Corruption == results.ComparedOn))];
        double?[] best = [.. Enumerable.Range(0, _columns.Length).Select(column => passes.Max(pass => pass.Report.Capabilities[column].Score))];
        Markup rows = Markup.Join(results.Models.Zip(passes, (model, pass) => Row(model, pass, best, isAlone: passes.Length == 1)));
        Markup published = !results.Recipe.Report.Published ? Markup.None : Markup.Join(PublishedResult.All.Select(Published));
        string ofPublished = results.Recipe.Report.Published
            ? " Rows in italics are the paper's, as published (arXiv 2601.21288): another program's answers, graded by its judge; they do not compare point by point with those above."
            : "";
        return Markup.Of($"""
            <h2>Capabilities</h2>
            <div class="scroll"><table><caption>{results.ComparedOn.Title} pictures, points from 0 to 100</caption><thead><tr><th scope="col">model</th>{Markup.Join(_columns.Select(Cells.Head))}</tr></thead>
            <tbody>{rows}{published}</tbody></table></div>
            <p class="quiet">A letter is worth 100 or 0, the open answers of a task 100 times their language score (a third each for mean BLEU, ROUGE-L, CIDEr / 10); every question counts once. First figure: option letters by DriveBench's published rule; strict: as a person reads them. In brackets {FormattableString.Invariant($"{100 * results.Recipe.Statistics.Confidence:0.#} %")} intervals by resampling scenes.{ofPublished}</p>
            {Judged(results, passes)}
            """);
    }

    private static Markup Row(ModelResult model, PassResult pass, double?[] best, bool isAlone) => Markup.Of($"""
        <tr><th scope="row">{model.Model.Name}</th>{Markup.Join(pass.Report.Capabilities.Select((row, column) => Cell(row, !isAlone && row.Score == best[column])))}</tr>

        """);

    private static Markup Cell(CapabilityScore row, bool isBest) => Cells.Figure(
        Cells.Points(row.Score),
        Cells.Ends(row.Interval, Cells.Points),
        row.Count,
        row.Unscored,
        row.StrictScore is null ? "" : $"strict {Cells.Points(row.StrictScore)}",
        isBest && row.Score is not null);

    private static Markup Published(PublishedResult row) => Markup.Of($"""
        <tr class="published"><th scope="row">{row.Model} (published)</th>{Markup.Join(new[] { row.Perception, row.Reasoning, row.Planning, row.Mean }.Select(points => Cells.Text(points.ToString("F2", System.Globalization.CultureInfo.InvariantCulture))))}</tr>

        """);

    private static Markup Judged(EvaluationResults results, PassResult[] passes)
    {
        Markup rows = Markup.Join(results.Models.SelectMany(model => model.Passes.Where(pass => pass.Judgement is not null).Select(pass => Judged(model, pass, passes.Contains(pass)))));
        PassJudgement? any = results.Models.SelectMany(model => model.Passes).Select(pass => pass.Judgement).FirstOrDefault(judgement => judgement is not null);
        return any is null ? Markup.None : Markup.Of($"""
            <div class="scroll"><table><caption>Points of the judge {any.Judge}, from 0 to 100</caption><thead><tr><th scope="col">model</th>{Markup.Join(_columns.Select(Cells.Head))}</tr></thead>
            <tbody>{rows}</tbody></table></div>
            <p class="quiet">Graded by DriveBench's sheets in words of our own: comparable with each other, not to the point with published grades. {Unscored(results)}</p>

            """);
    }

    private static Markup Judged(ModelResult model, PassResult pass, bool isMain) => Markup.Of($"""
        <tr><th scope="row">{model.Model.Name}<small>{(isMain ? "" : pass.Corruption.Title + "; ")}{pass.Judgement!.Spent}</small></th>{Markup.Join(pass.Judgement.Scores.Select(score => Cells.Figure(Cells.Points(score.Score), Cells.Ends(score.Interval, Cells.Points), score.Count, score.Unscored)))}</tr>

        """);

    private static string Unscored(EvaluationResults results)
    {
        string[] reasons =
        [
            .. results.Models.SelectMany(model => model.Passes).SelectMany(pass => pass.Judgement?.UnscoredReasons ?? [])
                .GroupBy(reason => reason.Key)
                .Select(group => FormattableString.Invariant($"{group.Sum(reason => reason.Value):N0}: {group.Key}")),
        ];
        return reasons.Length == 0 ? "" : $"Without points: {string.Join("; ", reasons)}.";
    }
}
