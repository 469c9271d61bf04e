using DriveKD.Data.Samples;
using DriveKD.Evaluation.Metrics;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>
/// The table of the paper: perception is its multiple choice and open questions, reasoning is prediction's open questions and
/// behavior's multiple choice, planning is its open questions; the last row is the plain mean of the three. How the paper weighs question
/// types inside a capability is not known: here every question counts once. The paper's points are a judge's; without a judge a letter
/// is worth 100 or 0 and the open answers of a task 100 times their combined language score.
/// </summary>
internal static class CapabilityTable
{
    private static readonly Capability[] _capabilities = [Capability.Perception, Capability.Reasoning, Capability.Planning];

    // What the figures of one draw are: points of each capability, their mean.
    private const int Rows = 4;

    public static IReadOnlyList<CapabilityScore> Of(IReadOnlyList<ScoredQuestion> questions, IReadOnlyList<UnscoredQuestion> unscored, FigureIntervals intervals)
    {
        ScoredQuestion[] counted = [.. questions.Where(question => question.Route.Form != QuestionForm.YesNo)];
        QuestionRoute[] cells = [.. counted.Select(question => question.Route).Distinct()];
        FigureSums[][] scenes = [.. counted.GroupBy(question => question.Scene).Select(scene => Array.ConvertAll(cells, cell =>
            scene.Where(question => question.Route == cell).Aggregate(default(FigureSums), (sums, question) => sums + question.Sums)))];
        FigureSums[] all = Sum(scenes, [.. Enumerable.Repeat(1, scenes.Length)], cells.Length);
        double[] points = Points(cells, all, isStrict: false);
        double[] strict = Points(cells, all, isStrict: true);
        IReadOnlyList<Interval?> ends = intervals.Resampled(
            scenes.Length, Rows, (drawn, figures) => Points(cells, Sum(scenes, drawn, cells.Length), isStrict: false).CopyTo(figures, 0));
        return [.. Enumerable.Range(0, Rows).Select(row => Row(row, counted, unscored, points[row], strict[row], ends[row]))];
    }

    private static CapabilityScore Row(
        int row, ScoredQuestion[] questions, IReadOnlyList<UnscoredQuestion> unscored, double points, double strict, Interval? interval)
    {
        Capability? capability = row < _capabilities.Length ? _capabilities[row] : null;
        return new CapabilityScore
        {
            Capability = capability,
            Count = questions.Count(question => capability is null || question.Route.Capability == capability),
            Unscored = unscored.Count(question => question.Route is { Form: not QuestionForm.YesNo } route && (capability is null || route.Capability == capability)),
            Score = double.IsNaN(points) ? null : points,
            Interval = double.IsNaN(points) ? null : interval,
            StrictScore = double.IsNaN(strict) ? null : strict,
        };
    }

    private static double[] Points(QuestionRoute[] cells, FigureSums[] sums, bool isStrict)
    {
        double[] points = new double[Rows];
        for (int row = 0; row < _capabilities.Length; row++)
        {
            (double total, long count) = (0, 0);
            for (int i = 0; i < cells.Length; i++)
            {
                if (cells[i].Capability == _capabilities[row] && sums[i].Count > 0)
                {
                    total += 100 * sums[i].Count * Share(cells[i].Form, sums[i], isStrict);
                    count += sums[i].Count;
                }
            }

            points[row] = count == 0 ? double.NaN : total / count;
        }

        points[^1] = points[.._capabilities.Length].Average();
        return points;
    }

    private static double Share(QuestionForm form, FigureSums sums, bool isStrict) => form == QuestionForm.OpenAnswer
        ? LanguageFigures.Of(sums.Bleu, sums.RougeL / sums.Count, sums.Cider / sums.Count).Combined
        : (double)(isStrict ? sums.StrictCorrect : sums.OfficialCorrect) / sums.Count;

    private static FigureSums[] Sum(FigureSums[][] scenes, ReadOnlySpan<int> counts, int cells)
    {
        FigureSums[] sums = new FigureSums[cells];
        for (int scene = 0; scene < scenes.Length; scene++)
        {
            for (int draw = 0; draw < counts[scene]; draw++)
            {
                for (int i = 0; i < cells; i++)
                {
                    sums[i] += scenes[scene][i];
                }
            }
        }

        return sums;
    }
}
