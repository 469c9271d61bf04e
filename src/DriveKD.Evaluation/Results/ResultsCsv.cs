using System.Globalization;
using System.Text;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Scoring;

namespace DriveKD.Evaluation.Results;

/// <summary>Writes results as tables for a spreadsheet: one figure, or one answer, per line.</summary>
public static class ResultsCsv
{
    /// <summary>Every figure with its interval, the number scored and the number not.</summary>
    /// <param name="results">The results.</param>
    public static string WriteFigures(EvaluationResults results)
    {
        StringBuilder csv = new();
        Line(csv, "model", "corruption", "severity", "group", "figure", "value", "low", "high", "n", "unscored");
        foreach (ModelResult model in results.Models)
        {
            foreach (PassResult pass in model.Passes)
            {
                void Add(string group, string figure, double? value, double? low, double? high, int count, int unscored) => Line(
                    csv,
                    model.Model.Name,
                    pass.Corruption.Info.Name,
                    pass.Corruption.Severity == 0 ? "" : Whole(pass.Corruption.Severity),
                    group,
                    figure,
                    Number(value),
                    Number(low),
                    Number(high),
                    Whole(count),
                    Whole(unscored));

                AddCapabilities(pass, Add);
                foreach ((QuestionRoute route, CellFigures cell) in pass.Report.Cells)
                {
                    foreach (CellFigure figure in cell.Figures)
                    {
                        Add($"{route.Task} {FormOf(route.Form)}".ToLowerInvariant(), figure.Name, figure.Value, figure.Interval?.Low, figure.Interval?.High, cell.Count, cell.Unscored);
                    }
                }
            }
        }

        return csv.ToString();
    }

    /// <summary>The points of every answer.</summary>
    /// <param name="results">The results.</param>
    public static string WritePoints(EvaluationResults results)
    {
        StringBuilder csv = new();
        Line(csv, "model", "corruption", "question", "scene", "task", "form", "points", "strict_points", "judge_points");
        foreach (ModelResult model in results.Models)
        {
            foreach (PassResult pass in model.Passes)
            {
                foreach (QuestionPoints points in pass.Points)
                {
                    Line(
                        csv,
                        model.Model.Name,
                        pass.Corruption.Name,
                        points.Id,
                        points.Cluster,
                        points.Route.Task.ToString().ToLowerInvariant(),
                        FormOf(points.Route.Form),
                        Number(points.Points),
                        Number(points.StrictPoints),
                        pass.Judgement?.Points.TryGetValue(points.Id, out int given) == true ? Whole(given) : "");
                }
            }
        }

        return csv.ToString();
    }

    /// <summary>A form's name in documents.</summary>
    internal static string FormOf(QuestionForm form) => form switch
    {
        QuestionForm.MultipleChoice => "mcq",
        QuestionForm.OpenAnswer => "vqa",
        _ => "yes_no",
    };

    private static void AddCapabilities(PassResult pass, Action<string, string, double?, double?, double?, int, int> add)
    {
        foreach (CapabilityScore row in pass.Report.Capabilities)
        {
            string name = row.Capability?.ToString().ToLowerInvariant() ?? "mean";
            add(name, "points", row.Score, row.Interval?.Low, row.Interval?.High, row.Count, row.Unscored);
            add(name, "strict_points", row.StrictScore, null, null, row.Count, row.Unscored);
        }

        foreach (JudgeScore score in pass.Judgement?.Scores ?? [])
        {
            add(score.Capability?.ToString().ToLowerInvariant() ?? "mean", "judge_points", score.Score, score.Interval?.Low, score.Interval?.High, score.Count, score.Unscored);
        }
    }

    private static void Line(StringBuilder csv, params string[] cells) => csv.AppendJoin(',', cells.Select(Quote)).Append('\n');

    /// <summary>In quotes where a sign needs them; a text that a spreadsheet would take for a formula gets an apostrophe in front.</summary>
    private static string Quote(string cell)
    {
        string text = cell.Length > 0 && cell[0] is ('=' or '+' or '@') ? "'" + cell : cell;
        return text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
