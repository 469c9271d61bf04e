using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Metrics;
using DriveKD.Evaluation.Statistics;

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
    private const string Combined = "combined";

    public static DriveLmScore Score(AnswerFile answers, ReferenceFile references, ScoreOptions options)
    {
        Dictionary<string, string> byId = new(StringComparer.Ordinal);
        foreach (QuestionRecord answer in answers.Records.Where(answer => answer is { Id: not null, Prediction: not null, Fault: null }))
        {
            byId.TryAdd(answer.Id!, answer.Prediction!);
        }

        List<(string Scene, string Answer, string Reference)> language = [];
        List<(string Scene, double Score)> match = [];
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
                    language.Add((frame.Key.Item1 ?? "", answer, reference));
                }

                if (isMatched)
                {
                    match.Add((frame.Key.Item1 ?? "", 100 * CoordinateMatch.Score(CoordinateMatch.AnswerPoints(answer), wanted!, out _)));
                }
            }
        }

        LanguageComparison comparison = LanguageComparison.Of([.. language.Select(pair => pair.Answer)], [.. language.Select(pair => pair.Reference)], options.Lines);
        FigureIntervals intervals = new(options.Bootstrap);
        return new DriveLmScore
        {
            AccuracyCount = compared,
            Accuracy = compared == 0 ? null : (double)equal / compared,
            AccuracyInterval = compared == 0 ? null : intervals.Proportion(equal, compared),
            LanguageCount = language.Count,
            Language = comparison.IsDefined ? LanguageFigures.Of(comparison.Pairs) : null,
            LanguageFigures = comparison.IsDefined ? Language([.. language.Select(pair => pair.Scene)], comparison.Pairs, intervals) : [],
            MatchCount = match.Count,
            Match = match.Count == 0 ? null : match.Average(item => item.Score),
            MatchInterval = MatchInterval([.. match.GroupBy(item => item.Scene, item => item.Score)], intervals),
            JudgeCount = judged,
            PassedOver = passedOver,
            Unscored = unscored,
        };
    }

    private static IReadOnlyList<CellFigure> Language(string[] scenes, IReadOnlyList<PairScores> pairs, FigureIntervals intervals)
    {
        FigureSums[] sums = [.. pairs
            .Select((pair, i) => (Scene: scenes[i], Sums: new FigureSums(1, 0, 0, pair.Bleu, pair.RougeL, pair.Cider)))
            .GroupBy(item => item.Scene, item => item.Sums)
            .Select(scene => scene.Aggregate((a, b) => a + b))];
        string[] names = [.. FigureNames.Of(QuestionForm.OpenAnswer), Combined];
        void Fill(FigureSums of, double[] figures)
        {
            CellScorer.Fill(of, figures);
            figures[^1] = LanguageFigures.Of(of.Bleu, of.RougeL / of.Count, of.Cider / of.Count).Combined;
        }

        double[] values = new double[names.Length];
        Fill(sums.Aggregate((a, b) => a + b), values);
        IReadOnlyList<Interval?> ends = intervals.Resampled(
            sums.Length, names.Length, (drawn, figures) => Fill(CellScorer.Sum(sums, drawn), figures));
        return [.. names.Select((name, i) => new CellFigure(name, values[i], ends[i]))];
    }

    private static Interval? MatchInterval(IGrouping<string, double>[] scenes, FigureIntervals intervals)
    {
        (double Sum, int Count)[] sums = [.. scenes.Select(scene => (scene.Sum(), scene.Count()))];
        return intervals.Resampled(sums.Length, 1, (drawn, figures) =>
        {
            (double total, int count) = (0, 0);
            for (int scene = 0; scene < sums.Length; scene++)
            {
                total += drawn[scene] * sums[scene].Sum;
                count += drawn[scene] * sums[scene].Count;
            }

            figures[0] = total / count;
        })[0];
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
