using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Answers;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Answers;

public sealed class AnswerLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["answers", "model", "clean.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Append_ThenOpen_HasEveryAnswerAsItWas()
    {
        ModelAnswer odd = Answer("b") with { Pred = "line\nbreak \u2028 \"quoted\" é 车", Gold = null, CutOff = true, NewTokens = 7 };
        Write(Answer("a"), odd, Answer("c") with { Pred = "", Error = null });

        using AnswerLog again = AnswerLog.Open(File);

        Assert.Equal(3, again.Answers.Count);
        Assert.Equal(odd, again.Answers["b"]);
        Assert.Equal("", again.Answers["c"].Pred);
        Assert.Equal(again.Answers, AnswerLog.Read(File));
        Assert.Equal(3, System.IO.File.ReadAllLines(File).Length);
    }

    [Fact]
    public void Open_FileCutAnywhere_KeepsWholeLinesAndGoesOn()
    {
        Write(Answer("a"), Answer("b"), Answer("c") with { Pred = "é 车" });
        byte[] whole = System.IO.File.ReadAllBytes(File);
        int[] ends = [.. Enumerable.Range(0, whole.Length).Where(i => whole[i] == '\n').Select(i => i + 1)];

        Gen.Int[0, whole.Length].Sample(
            cut =>
            {
                System.IO.File.WriteAllBytes(File, whole[..cut]);
                using (AnswerLog log = AnswerLog.Open(File))
                {
                    // A line that lacks nothing but its end is whole.
                    Assert.Equal(ends.Count(end => end - 1 <= cut), log.Answers.Count);
                    log.Append([Answer("z")]);
                }

                Assert.Equal(ends.Count(end => end - 1 <= cut) + 1, AnswerLog.Read(File).Count);
                Assert.All(System.IO.File.ReadAllLines(File), line => Assert.EndsWith("}", line, StringComparison.Ordinal));
            },
            iter: 150,
            threads: 1);
    }

    [Fact]
    public void Open_LastLineOfZeros_IsTakenAway()
    {
        Write(Answer("a"));
        System.IO.File.AppendAllText(File, new string('\0', 300));

        using AnswerLog log = AnswerLog.Open(File);

        Assert.Equal("a", Assert.Single(log.Answers).Key);
    }

    [Theory]
    [InlineData("{\"id\": \"x\"")]
    [InlineData("{\"id\": \"x\", \"question\": \"q\"}")]
    [InlineData("")]
    public void Open_BrokenLineBeforeTheLast_IsNamed(string line)
    {
        Write(Answer("a"));
        System.IO.File.AppendAllText(File, line + "\n");
        byte[] before = System.IO.File.ReadAllBytes(File);
        System.IO.File.AppendAllText(File, System.IO.File.ReadAllLines(File)[0].Replace("\"a\"", "\"b\"", StringComparison.Ordinal) + "\n");

        string message = Assert.Throws<InputException>(() => AnswerLog.Open(File)).Message;

        Assert.Contains("clean.jsonl, line 2: is no answer", message, StringComparison.Ordinal);
        Assert.StartsWith(Convert.ToHexString(before), Convert.ToHexString(System.IO.File.ReadAllBytes(File)), StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_SameQuestionTwice_FirstCountsUnlessItFailed()
    {
        ModelAnswer failed = Answer("a") with { Pred = null, Error = "time-out" };
        Write(failed, Answer("b"), Answer("a") with { Pred = "second" }, Answer("b") with { Pred = "again" }, failed);

        Assert.Equal(("second", "answer b"), (AnswerLog.Read(File)["a"].Pred, AnswerLog.Read(File)["b"].Pred));
    }

    [Fact]
    public void Read_AbsentFile_HoldsNothing() => Assert.Empty(AnswerLog.Read(File));

    private void Write(params ModelAnswer[] answers)
    {
        using AnswerLog log = AnswerLog.Open(File);
        log.Append(answers);
    }

    private static ModelAnswer Answer(string id) => new() { Id = id, Question = "What?", Gold = "That.", Pred = $"answer {id}", Seconds = 0.25 };
}
