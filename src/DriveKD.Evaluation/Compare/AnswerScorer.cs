using System.Globalization;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Metrics;
using DriveKD.Evaluation.Questions;

namespace DriveKD.Evaluation.Compare;

/// <summary>Scores a student's answers one by one.</summary>
public static class AnswerScorer
{
    /// <summary>Scores an answer.</summary>
    /// <param name="question">The question; it has a reference answer.</param>
    /// <param name="answer">What the student made of it.</param>
    public static CompareAnswer Score(EvaluationQuestion question, ModelAnswer answer)
    {
        string gold = question.Sample.Answer ?? throw new ArgumentException($"{question.Id} has no reference answer.", nameof(question));
        return new CompareAnswer
        {
            Id = question.Id,
            Capability = question.Sample.Capability,
            Type = TypeOf(question),
            Question = question.Sample.Question,
            Gold = gold,
            Pred = answer.Pred,
            Error = answer.Error,
            Exact = answer.Pred is string text && DecisiveWords.Agree(text, gold),
            RougeL = answer.Pred is string words ? Math.Round(RougeL.Score(Tokens(words), Tokens(gold)), 6) : 0,
            CutOff = answer.CutOff == true,
        };
    }

    /// <summary>A question's type as the record names it, with the scorer's tags.</summary>
    /// <param name="question">The question.</param>
    public static string TypeOf(EvaluationQuestion question) =>
        string.Join('-', question.Sample.Tags.Select(tag => tag.ToString(CultureInfo.InvariantCulture)).Prepend(question.Sample.QuestionType));

    private static string Tokens(string text) => string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
