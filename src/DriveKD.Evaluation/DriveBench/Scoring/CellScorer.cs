using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>Computes the figures of groups of questions, each with its interval.</summary>
internal sealed class CellScorer(FigureIntervals intervals)
{
    /// <summary>The figures of questions of one form.</summary>
    public CellFigures Score(QuestionForm form, IReadOnlyList<ScoredQuestion> questions, IReadOnlyList<UnscoredQuestion> unscored)
    {
        FigureSums[] scenes = PerScene(questions);
        return new CellFigures
        {
            Form = form,
            Count = questions.Count,
            Unscored = unscored.Count,
            Scenes = scenes.Length,
            UnscoredReasons = unscored.CountBy(question => question.Reason).OrderBy(pair => pair.Key).ToDictionary(),
            Figures = questions.Count == 0 ? [] : form == QuestionForm.OpenAnswer ? Language(scenes) : Accuracies(form, scenes),
        };
    }

    /// <summary>The sums of each scene, in the order of the file.</summary>
    public static FigureSums[] PerScene(IEnumerable<ScoredQuestion> questions)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        List<FigureSums> sums = [];
        foreach (ScoredQuestion question in questions)
        {
            if (!numbers.TryGetValue(question.Scene, out int number))
            {
                numbers.Add(question.Scene, number = sums.Count);
                sums.Add(default);
            }

            sums[number] += question.Sums;
        }

        return [.. sums];
    }

    /// <summary>BLEU-1 to 4, ROUGE-L, CIDEr of sums.</summary>
    public static void Fill(FigureSums sums, double[] figures)
    {
        for (int order = 1; order <= 4; order++)
        {
            figures[order - 1] = sums.Bleu.Score(order);
        }

        figures[4] = sums.RougeL / sums.Count;
        figures[5] = sums.Cider / sums.Count;
    }

    private List<CellFigure> Accuracies(QuestionForm form, FigureSums[] scenes)
    {
        FigureSums all = Sum(scenes);
        return [.. FigureNames.Of(form).Select(name =>
        {
            long correct = name == FigureNames.OfficialAccuracy ? all.OfficialCorrect : all.StrictCorrect;
            return new CellFigure(name, (double)correct / all.Count, intervals.Proportion(correct, all.Count));
        })];
    }

    private List<CellFigure> Language(FigureSums[] scenes)
    {
        IReadOnlyList<string> names = FigureNames.Of(QuestionForm.OpenAnswer);
        double[] values = new double[names.Count];
        Fill(Sum(scenes), values);
        IReadOnlyList<Interval?> ends = intervals.Resampled(scenes.Length, names.Count, (drawn, figures) =>
        {
            Fill(Sum(scenes, drawn), figures);
        });
        return [.. names.Select((name, i) => new CellFigure(name, values[i], ends[i]))];
    }

    /// <summary>The sums of scenes as often as they are drawn.</summary>
    public static FigureSums Sum(FigureSums[] scenes, ReadOnlySpan<int> counts)
    {
        FigureSums sum = default;
        for (int scene = 0; scene < scenes.Length; scene++)
        {
            for (int i = 0; i < counts[scene]; i++)
            {
                sum += scenes[scene];
            }
        }

        return sum;
    }

    private static FigureSums Sum(FigureSums[] scenes) => scenes.Aggregate(default(FigureSums), (sum, scene) => sum + scene);
}
