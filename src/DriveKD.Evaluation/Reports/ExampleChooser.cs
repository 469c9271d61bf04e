using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Results;

namespace DriveKD.Evaluation.Reports;

/// <summary>Chooses the questions that a page shows: of each kind as many, types of question in turn, so that not all are about the same.</summary>
public static class ExampleChooser
{
    /// <summary>Chooses.</summary>
    /// <param name="results">The results.</param>
    /// <param name="count">How many of each kind.</param>
    /// <returns>Best, worst, and, with several models, most disputed; each question once.</returns>
    public static IReadOnlyList<(ExampleReason Reason, EvaluationQuestion Question)> Choose(EvaluationResults results, int count)
    {
        ILookup<string, double> points = results.Models
            .SelectMany(model => model.Passes.Single(pass => pass.Corruption == results.ComparedOn).Points)
            .ToLookup(question => question.Id, question => question.Points, StringComparer.Ordinal);
        EvaluationQuestion[] scored = [.. results.Questions.Questions.Where(question => points.Contains(question.Id))];
        HashSet<string> taken = new(StringComparer.Ordinal);
        List<(ExampleReason, EvaluationQuestion)> chosen = [];
        void Add(ExampleReason reason, Func<EvaluationQuestion, double> rank) => chosen.AddRange(
            InTurn([.. scored.Where(question => !taken.Contains(question.Id))], rank).Take(count).Select(question =>
            {
                taken.Add(question.Id);
                return (reason, question);
            }));

        Add(ExampleReason.Best, question => points[question.Id].Average());
        Add(ExampleReason.Worst, question => -points[question.Id].Average());
        if (results.Models.Count > 1)
        {
            Add(ExampleReason.Disputed, question => points[question.Id].Max() - points[question.Id].Min());
        }

        return chosen;
    }

    private static IEnumerable<EvaluationQuestion> InTurn(EvaluationQuestion[] questions, Func<EvaluationQuestion, double> rank)
    {
        Queue<EvaluationQuestion>[] types =
        [
            .. questions.GroupBy(question => question.Route)
                .Select(type => new Queue<EvaluationQuestion>(type.OrderByDescending(rank).ThenBy(question => question.Id, StringComparer.Ordinal)))
                .OrderByDescending(type => rank(type.Peek())),
        ];
        for (int left = questions.Length; left > 0;)
        {
            foreach (Queue<EvaluationQuestion> type in types)
            {
                if (type.TryDequeue(out EvaluationQuestion? next))
                {
                    left--;
                    yield return next;
                }
            }
        }
    }
}
