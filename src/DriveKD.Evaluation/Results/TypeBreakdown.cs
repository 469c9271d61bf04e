using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Questions;

namespace DriveKD.Evaluation.Results;

/// <summary>One type of question in one pass.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Route">Where it is scored.</param>
/// <param name="Figures">The figures; null where no question of the type is scored.</param>
/// <param name="Count">Questions that are scored.</param>
/// <param name="Unscored">Questions that are not.</param>
public sealed record TypeBreakdown(string Kind, QuestionRoute Route, CellFigures? Figures, int Count, int Unscored)
{
    /// <summary>The types of the questions, in the order of the official cells.</summary>
    /// <param name="questions">The questions that were to be asked.</param>
    /// <param name="report">The scores of the pass.</param>
    public static IReadOnlyList<TypeBreakdown> Of(QuestionSet questions, ScoreReport report)
    {
        Breakdown byKind = report.Breakdowns.Single(breakdown => breakdown.Name == "question");
        return
        [
            .. from question in questions.Questions
               where question.Route is not null
               let route = question.Route.GetValueOrDefault()
               group question by (Kind: QuestionKind.Of(route, question.Sample.Question), Route: route) into type
               orderby type.Key.Route.Task, type.Key.Route.Form, type.Key.Kind
               let figures = byKind.Rows.FirstOrDefault(row => row.Value == type.Key.Kind)?.Cells.FirstOrDefault(cell => cell.Form == type.Key.Route.Form)
               select new TypeBreakdown(type.Key.Kind, type.Key.Route, figures, figures?.Count ?? 0, type.Count() - (figures?.Count ?? 0)),
        ];
    }
}
