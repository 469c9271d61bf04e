using System.Globalization;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Results;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>Every type of question: accuracies, or language metrics.</summary>
internal static class TypeSection
{
    public static Markup Write(EvaluationResults results)
    {
        (ModelResult Model, IReadOnlyList<TypeBreakdown> Types)[] models =
        [
            .. results.Models.Select(model => (model, TypeBreakdown.Of(results.Questions, model.Passes.Single(pass => pass.Corruption == results.ComparedOn).Report))),
        ];
        return Markup.Of($"""
            <h2>Types of question</h2>
            {Letters(models)}{Open(models)}
            """);
    }

    private static Markup Letters((ModelResult Model, IReadOnlyList<TypeBreakdown> Types)[] models)
    {
        Markup rows = Rows(models, type => type.Route.Form != QuestionForm.OpenAnswer, type =>
        [
            Percent(type, FigureNames.OfficialAccuracy),
            Percent(type, FigureNames.StrictAccuracy),
        ]);
        return rows.Text.Length == 0 ? Markup.None : Markup.Of($"""
            <div class="scroll"><table><caption>Answered by a letter, or by yes and no: accuracy</caption><thead><tr><th scope="col">question</th><th scope="col">model</th>{Cells.Head("official")}{Cells.Head("strict")}</tr></thead>
            <tbody>{rows}</tbody></table></div>

            """);
    }

    private static Markup Open((ModelResult Model, IReadOnlyList<TypeBreakdown> Types)[] models)
    {
        (string Name, string Title)[] figures =
        [
            (FigureNames.Bleu1, "BLEU-1"), (FigureNames.Bleu4, "BLEU-4"), (FigureNames.RougeL, "ROUGE-L"), (FigureNames.Cider, "CIDEr, 0 to 10"),
        ];
        Markup rows = Rows(models, type => type.Route.Form == QuestionForm.OpenAnswer, type => [.. figures.Select(figure => Number(type, figure.Name))]);
        return rows.Text.Length == 0 ? Markup.None : Markup.Of($"""
            <div class="scroll"><table><caption>Answered in words: language metrics</caption><thead><tr><th scope="col">question</th><th scope="col">model</th>{Markup.Join(figures.Select(figure => Cells.Head(figure.Title)))}</tr></thead>
            <tbody>{rows}</tbody></table></div>
            <p class="quiet">Metrics of a type are computed from its questions; word frequencies for CIDEr are those of all open questions of its task. results.json has BLEU-2 and BLEU-3 too.</p>

            """);
    }

    private static Markup Rows(
        (ModelResult Model, IReadOnlyList<TypeBreakdown> Types)[] models, Func<TypeBreakdown, bool> isWanted, Func<TypeBreakdown, IEnumerable<Markup>> cells) =>
        Markup.Join(models[0].Types.Where(isWanted).SelectMany(type => models.Select((model, i) =>
        {
            TypeBreakdown own = model.Types.Single(other => other.Kind == type.Kind && other.Route == type.Route);
            Markup head = i > 0 ? Markup.None : Markup.Of(
                $"""<th scope="rowgroup" rowspan="{models.Length}">{type.Kind}<small>{type.Route.Task.ToString().ToLowerInvariant()}</small></th>""");
            return Markup.Of($"""
                <tr>{head}<td>{model.Model.Model.Name}</td>{Markup.Join(cells(own))}</tr>

                """);
        })));

    private static Markup Percent(TypeBreakdown type, string name) =>
        Cells.Figure(Cells.Percent(type.Figures?[name]), Cells.Ends(type.Figures?.IntervalOf(name), Cells.Percent), type.Count, type.Unscored);

    private static Markup Number(TypeBreakdown type, string name) =>
        Cells.Figure(Three(type.Figures?[name]), Cells.Ends(type.Figures?.IntervalOf(name), Three), type.Count, type.Unscored);

    private static string Three(double? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";
}
