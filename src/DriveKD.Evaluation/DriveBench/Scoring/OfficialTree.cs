using System.Text.Json.Nodes;
using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>The result as DriveBench's own program prints it, without the judge's part: tasks without questions stay empty objects.</summary>
public static class OfficialTree
{
    /// <summary>Builds the tree.</summary>
    /// <param name="report">The scores.</param>
    public static JsonObject Of(ScoreReport report) => new()
    {
        ["perception"] = new JsonObject { ["MCQ"] = Choice(report, DriveTask.Perception), ["VQA"] = Open(report, DriveTask.Perception) },
        ["prediction"] = new JsonObject { ["VQA"] = Open(report, DriveTask.Prediction) },
        ["planning"] = new JsonObject { ["VQA"] = Open(report, DriveTask.Planning) },
        ["behavior"] = new JsonObject { ["MCQ"] = Choice(report, DriveTask.Behavior) },
    };

    private static JsonObject Choice(ScoreReport report, DriveTask task)
    {
        double? accuracy = report.Cells[new QuestionRoute(task, QuestionForm.MultipleChoice)][FigureNames.OfficialAccuracy];
        return accuracy is double value ? new JsonObject { ["accuracy"] = value } : [];
    }

    private static JsonObject Open(ScoreReport report, DriveTask task)
    {
        PairScores[] pairs = [.. report.Questions.Where(question => question.Route == new QuestionRoute(task, QuestionForm.OpenAnswer)).Select(question => question.Language!.Value)];
        if (pairs.Length == 0)
        {
            return [];
        }

        LanguageFigures figures = LanguageFigures.Of(pairs);
        return new JsonObject
        {
            ["language_metrics"] = new JsonObject
            {
                ["Bleu_1"] = figures.Bleu1,
                ["Bleu_2"] = figures.Bleu2,
                ["Bleu_3"] = figures.Bleu3,
                ["Bleu_4"] = figures.Bleu4,
                ["ROUGE_L"] = figures.RougeL,
                ["CIDEr"] = figures.Cider,
            },
        };
    }
}
