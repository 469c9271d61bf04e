using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.DriveLm;

/// <summary>
/// Scores a submission as the DriveLM challenge does: every question of a key frame after the first counts only if all objects it
/// names were found in the answer to the first.
/// </summary>
internal static class DriveLmScorer
{
    private const int AccuracyTag = 0;
    private const int JudgeTag = 1;
    private const int LanguageTag = 2;
    private const int MatchTag = 3;

    public static DriveLmScore Score(AnswerFile answers, ReferenceFile references, ScoreOptions options)
    {
        Dictionary<string, string> byId = new(StringComparer.Ordinal);
        foreach (QuestionRecord answer in answers.Records.Where(answer => answer is { Id: not null, Prediction: not null, Fault: null }))
        {
            byId.TryAdd(answer.Id!, answer.Prediction!);
        }

        List<(string Answer, string Reference)> language = [];
        List<double> match = [];
        (int equal, int compared, int judged, int passedOver, int unscored) = (0, 0, 0, 0, 0);
        foreach (IGrouping<(string?, string?), QuestionRecord> frame in references.Questions.GroupBy(question => (question.Scene, question.Frame)))
        {
            IReadOnlyList<(double X, double Y)>? graph = null;
            foreach (QuestionRecord question in frame)
            {
                string? answer = byId.GetValueOrDefault(question.Id!);
                bool isFirst = graph is null;
                graph ??= Graph(answer, question.Reference);
                IReadOnlyList<(double X, double Y)>? named = CoordinateMatch.Points(question.Question ?? "");
                if (!isFirst && named is not null && !named.All(graph.Contains))
                {
                    passedOver++;
                    continue;
                }

                IReadOnlyList<(double X, double Y)>? wanted = CoordinateMatch.Points(question.Reference ?? "");
                bool isMatched = question.Tags.Contains(MatchTag);
                if (answer is null || question.Reference is not string reference || (!isFirst && named is null) || (isMatched && wanted is null))
                {
                    unscored++;
                    continue;
                }

                if (question.Tags.Contains(AccuracyTag))
                {
                    compared++;
                    equal += answer == reference ? 1 : 0;
                }

                judged += question.Tags.Contains(JudgeTag) || isMatched ? 1 : 0;
                if (question.Tags.Contains(LanguageTag))
                {
                    language.Add((answer, reference));
                }

                if (isMatched)
                {
                    match.Add(100 * CoordinateMatch.Score(CoordinateMatch.AnswerPoints(answer), wanted!, out _));
                }
            }
        }

        LanguageComparison comparison = LanguageComparison.Of([.. language.Select(pair => pair.Answer)], [.. language.Select(pair => pair.Reference)], options.Lines);
        return new DriveLmScore
        {
            AccuracyCount = compared,
            Accuracy = compared == 0 ? null : (double)equal / compared,
            AccuracyInterval = compared == 0 ? null : options.Intervals.Proportion(equal, compared),
            LanguageCount = language.Count,
            Language = comparison.IsDefined ? LanguageFigures.Of(comparison.Pairs) : null,
            MatchCount = match.Count,
            Match = match.Count == 0 ? null : match.Average(),
            JudgeCount = judged,
            PassedOver = passedOver,
            Unscored = unscored,
        };
    }

    /// <summary>The reference's objects that the frame's first answer found; none where it was not answered.</summary>
    private static IReadOnlyList<(double X, double Y)> Graph(string? answer, string? reference)
    {
        IReadOnlyList<(double X, double Y)> matched = [];
        if (answer is not null && CoordinateMatch.Points(reference ?? "") is { } wanted)
        {
            CoordinateMatch.Score(CoordinateMatch.AnswerPoints(answer), wanted, out matched);
        }

        return matched;
    }
}
