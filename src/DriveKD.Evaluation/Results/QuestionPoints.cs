using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.Results;

/// <summary>
/// What one answer is worth alone, 0 to 100: a letter, or yes and no, 100 or 0; an open answer 100 times its language score. Comparisons of
/// single questions rest on these; the points of a task's open answers are computed from all of them together, and differ from the mean of these.
/// </summary>
/// <param name="Id">The question's name.</param>
/// <param name="Route">Where it is scored.</param>
/// <param name="Cluster">Its scene.</param>
/// <param name="Points">By the published reading of letters.</param>
/// <param name="StrictPoints">By the strict one.</param>
public sealed record QuestionPoints(string Id, QuestionRoute Route, string Cluster, double Points, double StrictPoints)
{
    /// <summary>The points of a scored question.</summary>
    /// <param name="question">The question; its place is its name.</param>
    public static QuestionPoints Of(ScoredQuestion question)
    {
        (double points, double strict) = question.Choice is ChoiceScore choice
            ? (choice.IsOfficiallyCorrect ? 100 : 0, choice.IsStrictlyCorrect ? 100 : 0)
            : (100 * LanguageFigures.Of([question.Language!.Value]).Combined, 0);
        return new QuestionPoints(question.Place, question.Route, question.Scene, points, question.Choice is null ? points : strict);
    }
}
