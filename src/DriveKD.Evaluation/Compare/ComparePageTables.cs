using System.Globalization;
using DriveKD.Evaluation.Reports;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Compare;

/// <summary>The tables of a comparison's page: differences, types of question, settings, controls, what it took, how it was made.</summary>
internal static class ComparePageTables
{
    public static Markup Write(CompareRecipe recipe, CompareResults results, CompareFacts facts) => Markup.Join(
    [
        Table(
            $"Paired differences from {recipe.Baseline}",
            ["arm", "samples", "capability", "seeds", "difference, points", "95 % interval", "p", "p, Holm", "p, sign flips"],
            results.Differences.Select(difference => (string[])
            [
                difference.Arm, CompareNames.OfSize(difference.Size), CompareNames.Of(difference.Capability), Whole(difference.Test.N), CompareWords.Points(difference.Test.MeanDifference),
                CompareWords.Ends(difference.Test.Interval), Cells.P(difference.P), Cells.P(difference.CorrectedP), Cells.P(difference.SignFlipP),
            ])),
        Table(
            "Types of question",
            ["arm", "samples", "capability", "type", "questions", "exact, %", "ROUGE-L"],
            results.Types.Select(type => (string[])
            [
                type.Arm, CompareNames.OfSize(type.Size), CompareNames.Of(type.Capability), type.Type, Whole(type.Questions), CompareWords.Percent(type.Exact),
                type.RougeL.ToString("F3", CultureInfo.InvariantCulture),
            ])),
        Table(
            "Arms",
            ["arm", "what it is", "keys", "settings tried", "chosen"],
            recipe.Arms.Select(arm => (string[])
            [
                arm.Name, arm.Explanation ?? "", string.Join("  ", arm.Set ?? []), arm.Tune is null ? "none: run as it is" : Whole(arm.Tune.Count),
                string.Join("; ", results.Choices.Where(choice => choice.Arm == arm.Name).Select(Chosen)),
            ])),
        Table(
            "Controls: equal weights",
            ["arm", "as", "samples", "seed", "identical"],
            results.Identities.Select(check => (string[])[check.Arm, check.Other, CompareNames.OfSize(check.Size), check.Seed.ToString(CultureInfo.InvariantCulture), check.IsIdentical ? "yes" : "NO"])),
        Table(
            "What it took",
            ["arm", "final runs", "trials", "samples trained on", "training", "answering", "processor"],
            results.Costs.Select(cost => (string[])
            [
                cost.Arm, Whole(cost.FinalRuns), Whole(cost.TrialRuns), Whole(cost.Samples), ReportNumbers.Duration(cost.TrainingSeconds),
                ReportNumbers.Duration(cost.AnsweringSeconds), ReportNumbers.Duration(cost.ProcessorSeconds),
            ])),
        Table(
            "How it was made",
            ["", ""],
            [
                ["command", facts.Command],
                ["run recipe", recipe.Recipe],
                ["keys of all arms", string.Join("  ", recipe.Set ?? [])],
                ["seeds", string.Join(", ", recipe.FinalSeeds())],
                ["tuning seeds", recipe.TuningSeeds().Count == 0 ? "none" : string.Join(", ", recipe.TuningSeeds())],
                ["test records", string.Join(", ", recipe.Test.Records)],
                ["validation records", recipe.Tuning is null ? "none" : string.Join(", ", recipe.Tuning.Data.Records)],
                ["programs of the runs", string.Join("; ", results.Programs)],
                ["machine", facts.Machine],
                ["started", ReportNumbers.Moment(facts.StartedAt)],
            ]),
    ]);

    private static string Chosen(TuningChoice choice)
    {
        string scores = string.Join(", ", choice.Scores.Select(score => score is null ? "failed" : CompareWords.Percent(score)));
        return $"{(choice.Size is null ? "" : $"{CompareNames.OfSize(choice.Size)} samples: ")}{choice.Text} (validation {scores})";
    }

    private static Markup Table(string title, string[] heads, IEnumerable<string[]> rows)
    {
        Markup[] body =
        [
            .. rows.Select(row => Markup.Of($"""
                <tr>{Markup.Join(row.Select((cell, i) => i == 0 ? Markup.Of($"""<th scope="row">{cell}</th>""") : Markup.Of($"<td>{cell}</td>")))}</tr>

                """)),
        ];
        return body.Length == 0 ? Markup.None : Markup.Of($"""
            <h2>{title}</h2>
            <div class="scroll"><table>
            <thead><tr>{Markup.Join(heads.Select(head => Markup.Of($"""<th scope="col">{head}</th>""")))}</tr></thead>
            <tbody>
            {Markup.Join(body)}</tbody></table></div>

            """);
    }

    private static string Whole(double value) => ReportNumbers.Whole(value);
}
