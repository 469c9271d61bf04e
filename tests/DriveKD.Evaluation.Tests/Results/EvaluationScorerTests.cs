using System.Text.Json;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Judge;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Results;
using DriveKD.Evaluation.Statistics;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Results;

public sealed class EvaluationScorerTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Score_PerfectAndWrong_AreAHundredAndNothing()
    {
        _scene.Answer("good", "clean", question => question.Sample.Answer);
        _scene.Answer("bad", "clean", _ => "zzz");

        EvaluationResults results = Score(["good", "bad"], "clean");

        PassResult good = results.Models[0].Passes[0];
        Assert.Equal((20, 0, 0, 0, 0.5), (good.Count, good.Unscored, good.Failed, good.NotAsked, good.MedianSeconds));
        Assert.Equal(1, good.Report.Cells[new QuestionRoute(DriveTask.Behavior, QuestionForm.MultipleChoice)][FigureNames.OfficialAccuracy]);
        Assert.All(good.Points.Where(points => points.Route.Form == QuestionForm.MultipleChoice), points => Assert.Equal((100, 100), (points.Points, points.StrictPoints)));
        Assert.True(good.Score > 50);
        Assert.InRange(results.Models[1].Passes[0].Score!.Value, 0, 1e-6);
        Assert.Equal(20, good.Points.Count);
    }

    [Fact]
    public void Score_MissingFailedUnknownAndEmpty_AreCountedAndInNoMean()
    {
        _scene.Answer("m", "clean", question =>
            question.Id.StartsWith("scene-0", StringComparison.Ordinal) ? null : question.Id.StartsWith("scene-1", StringComparison.Ordinal) ? "!time-out" : question.Sample.Answer);
        string file = _scene.Folder.Answers(NamedModel.Parse("m"), CorruptionChoice.Clean);
        File.AppendAllText(file, """{"id":"scene-9/frame-9/planning-1/0","question":"Who asked?","pred":"zzz"}""" + "\n");

        PassResult pass = Score(["m"], "clean").Models[0].Passes[0];

        Assert.Equal((10, 10, 6, 6), (pass.Count, pass.Unscored, pass.Failed, pass.NotAsked));
        Assert.Equal(1, pass.Report.Cells[new QuestionRoute(DriveTask.Behavior, QuestionForm.MultipleChoice)][FigureNames.StrictAccuracy]);
        Assert.Equal(12, pass.Report.Unscored.Count(question => question.Reason == UnscoredReason.MissingAnswer));
        Assert.Equal(18, pass.Answers.Count);
    }

    [Fact]
    public void Score_Corruptions_DropAndTextShareFollowFromTheScores()
    {
        _scene.Answer("m", "clean", question => question.Sample.Answer);
        _scene.Answer("m", "fog", question => IsOfScene(question, 0) ? "zzz" : question.Sample.Answer);
        _scene.Answer("m", "rain", _ => "zzz");
        _scene.Answer("m", "noimage", question => IsOfScene(question, 0) || IsOfScene(question, 1) ? "zzz" : question.Sample.Answer);

        ModelResult model = Score(["m"], "clean", "fog", "rain", "noimage").Models[0];

        double clean = model.Passes[0].Score!.Value;
        Assert.Equal([null, model.Passes[1].Score - clean, model.Passes[2].Score - clean, model.Passes[3].Score - clean], model.Robustness.Select(row => row.Change));
        Assert.Equal(clean - ((model.Passes[1].Score!.Value + model.Passes[2].Score!.Value) / 2), model.MeanDrop!.Value, 1e-9);
        Assert.Equal(2, model.Faults);
        Assert.Equal(model.Passes[3].Score / clean, model.TextShare);
        RobustnessRow fog = model.Robustness[1];
        Assert.Equal(20, fog.Paired!.N);
        Assert.Equal(-0.25 * model.Passes[0].Points.Average(points => points.Points), fog.Paired.Difference.Estimate!.Value, 1e-6);
        Assert.True(fog.AdjustedP >= fog.Paired.P);
    }

    [Fact]
    public void Score_WithoutCleanPass_ComparesOnTheFirstAndHasNoDrop()
    {
        _scene.Answer("a", "fog", question => question.Sample.Answer);
        _scene.Answer("b", "fog", _ => "zzz");

        EvaluationResults results = Score(["a", "b"], "fog", "rain");

        Assert.Equal("fog-5", results.ComparedOn.Name);
        Assert.All(results.Models, model => Assert.Equal((0, null, null), (model.Robustness.Count, model.MeanDrop, model.TextShare)));
        Assert.Equal(24, results.Models[0].Passes[1].NotAsked);
        Assert.Null(results.Models[0].Passes[1].Score);
    }

    [Fact]
    public void Score_TwoModels_AreComparedOnTheQuestionsThatBothScored()
    {
        _scene.Answer("a", "clean", question => IsOfScene(question, 3) ? "!failed" : question.Sample.Answer);
        _scene.Answer("b", "clean", _ => "zzz");

        ComparisonSet set = Score(["a", "b"], "clean").Comparisons;

        Assert.Equal(
            ["all questions, points", "perception", "reasoning", "planning", "letters, official", "letters, strict"],
            set.Comparisons.Select(comparison => comparison.Name["b against a: ".Length..]));
        CorrectedComparison letters = set.Comparisons[4];
        Assert.Equal((6, 0, 2, 6, 0), (letters.Comparison.N, letters.Comparison.OnlyFirst, letters.Comparison.OnlySecond, letters.Comparison.OnlyFirstRight, letters.Comparison.OnlySecondRight));
        Assert.Equal(2 * Math.Pow(0.5, 6), letters.Comparison.P!.Value, 1e-12);
        Assert.Equal("exact McNemar", letters.Comparison.Test);
        Assert.Equal(6, set.Corrected);
        Assert.Equal(-1, letters.Comparison.Difference.Estimate);
    }

    [Fact]
    public void Score_Again_IsTheSameToTheLetter()
    {
        _scene.Answer("a", "clean", question => IsOfScene(question, 0) ? "A red car." : question.Sample.Answer);
        _scene.Answer("b", "clean", _ => "B. The car brakes.");

        string first = ResultsJson.Write(Score(["a", "b"], "clean"));

        Assert.Equal(first, ResultsJson.Write(Score(["a", "b"], "clean")));
        using JsonDocument document = JsonDocument.Parse(first);
        JsonElement pass = document.RootElement.GetProperty("models")[0].GetProperty("passes")[0];
        Assert.Equal(4, pass.GetProperty("tasks").GetProperty("behavior").GetProperty("mcq").GetProperty("n").GetInt32());
        Assert.Equal(2, pass.GetProperty("score_interval").GetArrayLength());
        Assert.Equal("Holm", document.RootElement.GetProperty("correction").GetString());
    }

    [Fact]
    public void Csv_EveryFigure_HasItsNumbersAndUnsafeNamesAreQuoted()
    {
        _scene.Answer("m", "clean", question => question.Sample.Answer);

        string[] lines = ResultsCsv.WriteFigures(Score(["m"], "clean")).TrimEnd().Split('\n');
        Assert.Equal("model,corruption,severity,group,figure,value,low,high,n,unscored", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("m,clean,,behavior mcq,official_accuracy,1,", StringComparison.Ordinal) && line.EndsWith(",4,0", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Equal(10, line.Split(',').Length));
        Assert.Equal(21, ResultsCsv.WritePoints(Score(["m"], "clean")).TrimEnd().Split('\n').Length);
        Assert.Contains("\n\"a,b \"\"c\"\"\",clean,", ResultsCsv.WriteFigures(Score(["a,b \"c\"=x"], "clean")), StringComparison.Ordinal);
        Assert.Contains("\n'@sum,clean,", ResultsCsv.WriteFigures(Score(["@sum=x"], "clean")), StringComparison.Ordinal);
    }

    [Fact]
    public void Judgement_Verdicts_AreMeansByCapabilityWithWhatHasNone()
    {
        JudgedRecord[] records =
        [
            .. _scene.Questions.Questions.Select((question, i) => new JudgedRecord(
                new JudgeItem { Index = i },
                [question.QuestionType == "planning" && i > 12 ? JudgeVerdict.Without("time-out") : new JudgeVerdict { Reply = new JudgeReply { Score = question.QuestionType == "perception" ? 80 : 50 } }])),
        ];
        JudgeSummary summary = new()
        {
            Records = records,
            Cells = [],
            UnscoredReasons = [new("time-out", 2)],
            Agreement = null,
            Usage = new Evaluation.Clients.UsageTotals { Requests = 22, Retries = 0, Replies = 22, InputTokens = 100, OutputTokens = 10, EstimatedReplies = 0, Cost = null },
            FromCache = 3,
            AskedAgain = 0,
            InOfficialForm = 0,
            WithoutDescription = 0,
            Stop = null,
            Fault = null,
        };

        PassJudgement judgement = PassJudgement.Of("judge", summary, _scene.Questions.Questions, new BootstrapOptions { Resamples = 100 });

        Assert.Equal([(8, 0, 80.0), (8, 0, 50.0), (2, 2, 50.0), (18, 2, 60.0)], judgement.Scores.Select(score => (score.Count, score.Unscored, Math.Round(score.Score!.Value, 9))));
        Assert.Equal(80, judgement.Scores[0].Interval!.Value.Low);
        Assert.Equal(18, judgement.Points.Count);
    }

    private static bool IsOfScene(EvaluationQuestion question, int scene) => question.Cluster == $"scene-{scene}";

    private EvaluationResults Score(string[] models, params string[] corruptions)
    {
        EvaluateRecipe recipe = _scene.Recipe(models, corruptions);
        return new EvaluationScorer(recipe, _scene.Questions, _scene.Folder).Score(
            recipe.CorruptionChoices(), [], new Dictionary<string, string>(), new Dictionary<(NamedModel Model, CorruptionChoice Corruption), PassJudgement>());
    }
}
