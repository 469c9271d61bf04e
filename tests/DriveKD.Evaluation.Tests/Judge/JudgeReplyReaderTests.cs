using CsCheck;
using DriveKD.Evaluation.Judge;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Judge;

public sealed class JudgeReplyReaderTests
{
    private static readonly Rubric _rubric = Rubrics.BehaviorMultipleChoice;

    [Fact]
    public void Read_SoundReply_HasPointsInTheOrderOfTheSheet()
    {
        JudgeReply reply = JudgeReplyReader.Read(JudgeReplies.Of(_rubric, [50, 10, 9, 8, 7], "Fits."), _rubric);

        Assert.Equal((84, ReplyForm.Structured, "Fits.", null), (reply.Score, reply.Form, reply.Reason, reply.Problem));
        Assert.Equal([50, 10, 9, 8, 7], reply.Points.Select(pair => pair.Value));
        Assert.Equal(_rubric.Criteria.Select(criterion => criterion.Name), reply.Points.Select(pair => pair.Key));
    }

    [Fact]
    public void Read_AnyPointsWithinTheSheet_AddUp() =>
        Gen.Select(Gen.OneOf(Gen.Const(0), Gen.Const(50)), Gen.Int[0, 15], Gen.Int[0, 15], Gen.Int[0, 10], Gen.Int[0, 10]).Sample((a, b, c, d, e) =>
            Assert.Equal(a + b + c + d + e, JudgeReplyReader.Read(JudgeReplies.Of(_rubric, [a, b, c, d, e]), _rubric).Score));

    [Theory]
    [InlineData("Here you are:\n```json\n", "\n```\nGood luck!")]
    [InlineData("<think>{\"points\": {}} hm, {odd</think>", "")]
    [InlineData("{\"note\": 1} {", "}")]
    [InlineData("The sheet {a, b} says ", " Total Score: 12")]
    public void Read_TextAround_IsPassedOver(string before, string after) =>
        Assert.Equal(84, JudgeReplyReader.Read(before + JudgeReplies.Of(_rubric, [50, 10, 9, 8, 7]) + after, _rubric).Score);

    [Fact]
    public void Read_DraftBefore_LastObjectCounts() =>
        Assert.Equal(50, JudgeReplyReader.Read(JudgeReplies.Of(_rubric, [0, 1, 1, 1, 1]) + JudgeReplies.Of(_rubric, [50, 0, 0, 0, 0]), _rubric).Score);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("I cannot grade this.", "holds no JSON object")]
    [InlineData("{\"points\": {", "holds no JSON object")]
    [InlineData("Total Score: 999", "total of 999 is above 100")]
    [InlineData("{\"points\": 5, \"total\": 5}", "no object of criteria")]
    [InlineData("{\"points\": {\"Answer Correctness\": 50}, \"total\": 50}", "'Behavioral Understanding and Detail' is missing")]
    [InlineData("{\"points\": {\"Answer Correctness\": 50, \"Style\": 3}, \"total\": 50}", "'Style' is no criterion")]
    [InlineData("{\"points\": {\"Answer Correctness\": 30}, \"total\": 30}", "has 30; 0 or 50 is expected")]
    [InlineData("{\"points\": {\"Clarity and Grammar\": 11}, \"total\": 11}", "has 11; a whole number from 0 to 10 is expected")]
    [InlineData("{\"points\": {\"Clarity and Grammar\": -1}, \"total\": -1}", "has -1")]
    [InlineData("{\"points\": {\"Clarity and Grammar\": 7.5}, \"total\": 7.5}", "has 7.5")]
    [InlineData("{\"points\": {\"Clarity and Grammar\": \"7\"}, \"total\": 7}", "has \"7\"")]
    [InlineData("{\"points\": {\"Clarity and Grammar\": 1e999}, \"total\": 7}", "has 1e999")]
    [InlineData("{\"points\": {\"Clarity and Grammar\": 7, \"clarity and grammar\": 7}, \"total\": 7}", "stands twice")]
    public void Read_UnsoundReply_SaysWhatIsWrong(string text, string problem)
    {
        JudgeReply reply = JudgeReplyReader.Read(text, _rubric);

        Assert.Null(reply.Score);
        Assert.Contains(problem, reply.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("85", "\"total\" is 85, and the points add up to 84")]
    [InlineData("\"84\"", "\"total\" is \"84\"")]
    [InlineData(null, "\"total\" is missing")]
    public void Read_WrongTotal_IsNotTaken(string? total, string problem)
    {
        string sound = JudgeReplies.Of(_rubric, [50, 10, 9, 8, 7]);
        string text = total is null ? sound.Replace("\"total\":84,", "", StringComparison.Ordinal) : sound.Replace("\"total\":84", $"\"total\":{total}", StringComparison.Ordinal);

        Assert.Contains(problem, JudgeReplyReader.Read(text, _rubric).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PublishedForm_GivesTheTotalAlone()
    {
        JudgeReply reply = JudgeReplyReader.Read("1. Answer Correctness (50 points): 50\nTotal Score: 80\n\nBrief Summary: fine", _rubric);

        Assert.Equal((80, ReplyForm.Official), (reply.Score, reply.Form));
        Assert.Empty(reply.Points);
    }

    [Fact]
    public void Read_AnyText_NeverThrows() =>
        Gen.String[Gen.OneOf(Gen.Char, Gen.Int[0, 7].Select(i => "{}\":,[1\uD835"[i])), 0, 60].Sample(text =>
        {
            JudgeReply reply = JudgeReplyReader.Read(text, _rubric);
            Assert.NotEqual(reply.Score is null, reply.Problem is null);
        });

    [Fact]
    public void Read_MegabyteOfBraces_EndsSoon()
    {
        JudgeReply reply = JudgeReplyReader.Read(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), _rubric);

        Assert.Contains("no JSON object", reply.Problem, StringComparison.Ordinal);
    }
}
