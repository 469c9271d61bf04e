using System.Text.Json.Nodes;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Metrics;
using static DriveKD.Evaluation.Tests.DriveBench.Scoring.AnswerRecords;

namespace DriveKD.Evaluation.Tests.DriveBench.Scoring;

public sealed class ResultScorerTests
{
    private static readonly QuestionRoute _letters = new(DriveTask.Perception, QuestionForm.MultipleChoice);
    private static readonly QuestionRoute _planning = new(DriveTask.Planning, QuestionForm.OpenAnswer);

    [Fact]
    public void Score_ArticleInTheAnswer_OfficialAndStrictPart()
    {
        ScoreReport report = Score(Record("B", "B. There is a car.", frame: "1"), Record("A", "A truck is stopped. Option D.", frame: "2"), Record("C", "C", frame: "3"));

        Assert.Equal(2.0 / 3, report.Cells[_letters][FigureNames.OfficialAccuracy]);
        Assert.Equal(2.0 / 3, report.Cells[_letters][FigureNames.StrictAccuracy]);
        Assert.Equal(2, report.Disagreements.Count());
        Assert.All(report.Disagreements, question => Assert.True(question.Choice!.VerdictDiffers));
    }

    [Fact]
    public void Score_EmptyAnswers_AreScoredAsWrongAndCounted()
    {
        ScoreReport report = Score(Record("B", "", frame: "1"), Record("B", "B", frame: "2"));

        Assert.Equal(2, report.Cells[_letters].Count);
        Assert.Equal(0.5, report.Cells[_letters][FigureNames.OfficialAccuracy]);
        Assert.Equal(1, report.Remarks[AnswerRemark.EmptyAnswer]);
    }

    [Fact]
    public void Score_WhatCannotBeScored_IsCountedWithItsReasonAndStaysOutOfTheAverage()
    {
        JsonObject unreadable = Record("B", "B", frame: "6");
        unreadable["pred"] = 7;
        ScoreReport report = Score(
            Record("B", "B", frame: "1"),
            Record("B", null, frame: "2"),
            Record("B", "C", frame: "1"),
            Record("", "B", frame: "3"),
            Record("B", "B", frame: "4", type: "motion"),
            Record("B", "B", frame: "5", tag: 9),
            unreadable,
            JsonValue.Create("text"));

        Assert.Equal(1, report.Cells[_letters].Count);
        Assert.Equal(1.0, report.Cells[_letters][FigureNames.OfficialAccuracy]);
        Assert.Equal(4, report.Cells[_letters].Unscored);
        Assert.Equal(8, report.Records);
        Assert.Equal(
            [
                (UnscoredReason.Unreadable, 2), (UnscoredReason.MissingAnswer, 1), (UnscoredReason.Duplicate, 1),
                (UnscoredReason.UnknownType, 1), (UnscoredReason.UnknownTag, 1), (UnscoredReason.MissingReference, 1),
            ],
            report.Unscored.CountBy(question => question.Reason).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal("'pred' is the number 7, expected a text", report.Unscored[5].Detail);
    }

    [Fact]
    public void Score_SameQuestionUnderTwoCorruptions_IsNoDuplicate()
    {
        JsonObject fog = Record("B", "C");
        fog["image_path"] = new JsonObject { ["CAM_BACK"] = "data/corruption/Fog/CAM_BACK/1.jpg", ["CAM_FRONT"] = null };
        JsonObject clean = Record("B", "B");
        clean["image_path"] = new JsonObject { ["CAM_BACK"] = "data/nuscenes/samples/CAM_BACK/1.jpg" };
        ScoreReport report = Score(fog, clean);

        Assert.Equal(2, report.Cells[_letters].Count);
        Breakdown corruption = report.Breakdowns.Single(breakdown => breakdown.Name == "corruption");
        Assert.Equal([("Fog", 0.0), ("clean", 1.0)], corruption.Rows.Select(row => (row.Value, row.Cells[0][FigureNames.OfficialAccuracy]!.Value)));
        Assert.Equal("CAM_BACK", report.Breakdowns.Single(breakdown => breakdown.Name == "camera").Rows.Single().Value);
    }

    [Fact]
    public void Score_RecordsThatNothingTellsApart_AreAllScored()
    {
        JsonObject Plain()
        {
            JsonObject record = Record("B", "B");
            record.Remove("scene_token");
            record.Remove("frame_token");
            return record;
        }

        Assert.Equal(2, Score(Plain(), Plain()).Cells[_letters].Count);
    }

    [Fact]
    public void Score_OnlyPunctuationInReferences_LeavesTheCellUnscored()
    {
        ScoreReport report = Score(Record(".", "Go.", type: "planning", tag: 1), Record("B", "B"));

        Assert.Equal(0, report.Cells[_planning].Count);
        Assert.Empty(report.Cells[_planning].Figures);
        Assert.Equal(UnscoredReason.NoWordsInReferences, Assert.Single(report.Unscored).Reason);
        Assert.Equal(1, report.Cells[_letters].Count);
    }

    [Fact]
    public void Score_HugeAndForeignAnswers_AreScoredAndCounted()
    {
        ScoreReport report = Score(
            Record("Go.", string.Concat(Enumerable.Repeat("<a b=\"the ", 10_000)), frame: "1", type: "planning", tag: 1),
            Record("Go.", "Ехать прямо\u2028вперёд", frame: "2", type: "planning", tag: 1));

        Assert.Equal(2, report.Cells[_planning].Count);
        Assert.Equal((1, 1, 1), (report.Remarks[AnswerRemark.VeryLong], report.Remarks[AnswerRemark.OtherScript], report.Remarks[AnswerRemark.LineSeparator]));
    }

    [Fact]
    public void Score_References_ReplaceTheFilesOwnAndUnansweredOnesAreCounted()
    {
        string references = new JsonArray(Record("C", null, frame: "1"), Record("D", null, frame: "2")).ToJsonString();
        ScoreReport report = Score(references, Record("B", "C", frame: "1"), Record("B", "B", frame: "9"));

        Assert.Equal((1, 1.0), (report.Cells[_letters].Count, report.Cells[_letters][FigureNames.OfficialAccuracy]));
        Assert.Equal([UnscoredReason.UnknownQuestion, UnscoredReason.MissingAnswer], report.Unscored.Select(question => question.Reason));
    }

    [Fact]
    public void Score_YesNoQuestions_StayOutsideTheOfficialTreeAndTheCapabilities()
    {
        ScoreReport report = Score(Record("Yes.", "yes, there is no car", type: "prediction", tag: 0));

        Assert.Equal(1.0, report.Cells[new QuestionRoute(DriveTask.Prediction, QuestionForm.YesNo)][FigureNames.StrictAccuracy]);
        Assert.Empty(OfficialTree.Of(report)["prediction"]!["VQA"]!.AsObject());
        Assert.All(report.Capabilities, row => Assert.Null(row.Score));
    }

    [Fact]
    public void Score_Capabilities_EveryQuestionCountsOnceAndTheLastRowIsTheMean()
    {
        ScoreReport report = Score(
            Record("A", "A", scene: "1"),
            Record("B", "C", scene: "2"),
            Record("Turn left now", "Turn left now", scene: "1", tag: 2, question: "Objects?"),
            Record("Stop the car", "Stop the car", scene: "2", tag: 2, question: "Objects?"),
            Record("D", "D", scene: "1", type: "behavior"),
            Record("Go", "Stop", scene: "1", type: "planning", tag: 1));

        CapabilityScore perception = report.Capabilities.Single(row => row.Capability == Capability.Perception);
        LanguageFigures language = LanguageFigures.Of(report.Questions
            .Where(question => question.Language is not null && question.Route.Task == DriveTask.Perception)
            .Select(question => question.Language!.Value));
        Assert.Equal(4, perception.Count);
        Assert.Equal(((50 * 2) + (100 * language.Combined * 2)) / 4, perception.Score!.Value, 1e-12);
        Assert.Equal(100, report.Capabilities.Single(row => row.Capability == Capability.Reasoning).Score);
        Assert.Equal(report.Capabilities.Take(3).Average(row => row.Score!.Value), report.Capabilities[^1].Score!.Value, 1e-12);
        Assert.InRange(perception.Score.Value, perception.Interval!.Value.Low, perception.Interval.Value.High);
    }

    [Fact]
    public void Score_AnyFigure_LiesInItsIntervalAndComesAgain()
    {
        JsonNode[] Records() => [.. Enumerable.Range(0, 40).Select(i => Record(i % 3 == 0 ? "A" : "B", i % 2 == 0 ? "A" : "B", scene: $"{i / 4}", frame: $"{i}"))];
        CellFigures first = Score(Records()).Cells[_letters];

        Assert.All(first.Figures, figure => Assert.InRange(figure.Value, figure.Interval!.Value.Low, figure.Interval.Value.High));
        Assert.Equal(first.Figures, Score(Records()).Cells[_letters].Figures);
    }
}
