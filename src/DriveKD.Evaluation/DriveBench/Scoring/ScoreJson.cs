using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Evaluation.DriveLm;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>Writes scores as one JSON document. docs/EVALUATION.md describes it.</summary>
public static class ScoreJson
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        WriteIndented = true,
        // Object tags stay readable; the document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the document.</summary>
    /// <param name="report">The scores.</param>
    /// <param name="listsDisagreements">Every disagreement with its answer, not only their number.</param>
    public static string Write(ScoreReport report, bool listsDisagreements) => Document(report, listsDisagreements).ToJsonString(_layout);

    /// <summary>Makes the document.</summary>
    /// <param name="report">The scores.</param>
    /// <param name="listsDisagreements">Every disagreement with its answer, not only their number.</param>
    internal static JsonObject Document(ScoreReport report, bool listsDisagreements) => new()
    {
        ["file"] = report.File,
        ["references"] = report.References,
        ["records"] = report.Records,
        ["scored"] = report.Questions.Count,
        ["unscored"] = report.Unscored.Count,
        ["unscored_reasons"] = Counts(report.Unscored.CountBy(question => question.Reason).OrderBy(pair => pair.Key)),
        ["remarks"] = Counts(report.Remarks),
        ["tasks"] = Tasks(report),
        ["capabilities"] = Capabilities(report),
        ["breakdowns"] = new JsonObject(report.Breakdowns.Select(breakdown => KeyValuePair.Create(breakdown.Name, (JsonNode?)Rows(breakdown)))),
        ["official"] = OfficialTree.Of(report),
        ["drivelm"] = report.DriveLm is DriveLmScore score ? DriveLm(score) : null,
        ["disagreements"] = Disagreements(report, listsDisagreements),
        ["unscored_questions"] = new JsonArray([.. report.Unscored.Select(Unscored)]),
    };

    private static JsonObject Tasks(ScoreReport report)
    {
        JsonObject tasks = [];
        foreach (DriveTask task in Enum.GetValues<DriveTask>())
        {
            // Every task has both forms, so that a reader needs no exceptions: one that DriveBench does not score is empty.
            JsonObject forms = new()
            {
                [FormName(QuestionForm.MultipleChoice)] = Cell(Empty(QuestionForm.MultipleChoice)),
                [FormName(QuestionForm.OpenAnswer)] = Cell(Empty(QuestionForm.OpenAnswer)),
            };
            foreach ((QuestionRoute route, CellFigures cell) in report.Cells.Where(cell => cell.Key.Task == task))
            {
                forms[FormName(route.Form)] = Cell(cell);
            }

            tasks[Name(task)] = forms;
        }

        return tasks;
    }

    private static CellFigures Empty(QuestionForm form) =>
        new() { Form = form, Count = 0, Unscored = 0, Scenes = 0, UnscoredReasons = new Dictionary<UnscoredReason, int>(), Figures = [] };

    private static JsonObject Rows(Breakdown breakdown) => new(breakdown.Rows.Select(row => KeyValuePair.Create(
        row.Value, (JsonNode?)new JsonObject(row.Cells.Select(cell => KeyValuePair.Create(FormName(cell.Form), (JsonNode?)Cell(cell)))))));

    private static JsonObject Cell(CellFigures cell)
    {
        JsonObject figures = new()
        {
            ["n"] = cell.Count,
            ["unscored"] = cell.Unscored,
            ["scenes"] = cell.Scenes,
        };
        if (cell.Unscored > 0)
        {
            figures["unscored_reasons"] = Counts(cell.UnscoredReasons);
        }

        foreach (string name in FigureNames.Of(cell.Form))
        {
            figures[name] = cell[name];
            figures[$"{name}_interval"] = Interval(cell.IntervalOf(name));
        }

        return figures;
    }

    private static JsonObject Capabilities(ScoreReport report) => new(report.Capabilities.Select(row => KeyValuePair.Create(
        row.Capability is { } capability ? Name(capability) : "mean",
        (JsonNode?)new JsonObject
        {
            ["n"] = row.Count,
            ["unscored"] = row.Unscored,
            ["score"] = row.Score,
            ["score_interval"] = Interval(row.Interval),
            ["strict_score"] = row.StrictScore,
        })));

    private static JsonObject DriveLm(DriveLmScore score) => new()
    {
        ["accuracy"] = score.Accuracy,
        ["accuracy_interval"] = Interval(score.AccuracyInterval),
        ["accuracy_n"] = score.AccuracyCount,
        ["language"] = score.LanguageFigures.Count == 0 ? null : Figures(score.LanguageFigures),
        ["language_n"] = score.LanguageCount,
        ["match"] = score.Match,
        ["match_interval"] = Interval(score.MatchInterval),
        ["match_n"] = score.MatchCount,
        ["judge_n"] = score.JudgeCount,
        ["passed_over"] = score.PassedOver,
        ["unscored"] = score.Unscored,
    };

    private static JsonObject Figures(IReadOnlyList<CellFigure> figures)
    {
        JsonObject all = [];
        foreach (CellFigure figure in figures)
        {
            all[figure.Name] = figure.Value;
            all[$"{figure.Name}_interval"] = Interval(figure.Interval);
        }

        return all;
    }

    private static JsonObject Disagreements(ScoreReport report, bool lists)
    {
        ScoredQuestion[] differing = [.. report.Disagreements];
        JsonObject disagreements = new()
        {
            ["count"] = differing.Length,
            ["verdicts"] = differing.Count(question => question.Choice!.VerdictDiffers),
        };
        if (lists)
        {
            disagreements["items"] = new JsonArray([.. differing.Select(Disagreement)]);
        }

        return disagreements;
    }

    private static JsonObject Disagreement(ScoredQuestion question) => new()
    {
        ["place"] = question.Place,
        ["task"] = Name(question.Route.Task),
        ["reference"] = question.Choice!.OfficialReference,
        ["official"] = question.Choice.OfficialAnswer,
        ["strict"] = question.Choice.StrictAnswer,
        ["official_correct"] = question.Choice.IsOfficiallyCorrect,
        ["strict_correct"] = question.Choice.IsStrictlyCorrect,
        ["prediction"] = question.Prediction,
    };

    private static JsonObject Unscored(UnscoredQuestion question)
    {
        JsonObject unscored = new() { ["place"] = question.Place, ["reason"] = Name(question.Reason) };
        if (question.Route is QuestionRoute route)
        {
            unscored["task"] = Name(route.Task);
            unscored["form"] = FormName(route.Form);
        }

        if (question.Detail is not null)
        {
            unscored["detail"] = question.Detail;
        }

        return unscored;
    }

    private static JsonObject Counts<T>(IEnumerable<KeyValuePair<T, int>> counts)
        where T : struct, Enum => new(counts.Select(pair => KeyValuePair.Create(Name(pair.Key), (JsonNode?)pair.Value)));

    private static JsonArray? Interval(Interval? interval) => interval is { } ends ? [ends.Low, ends.High] : null;

    private static string FormName(QuestionForm form) => form switch
    {
        QuestionForm.MultipleChoice => "mcq",
        QuestionForm.OpenAnswer => "vqa",
        _ => "yes_no",
    };

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
