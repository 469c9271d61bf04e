using CsCheck;
using DriveKD.Evaluation.DriveBench.Extraction;

namespace DriveKD.Evaluation.Tests.DriveBench.Extraction;

public sealed class LetterTests
{
    [Theory]
    [InlineData("B. Turn left. There is a car.", "A", "B")]
    [InlineData("I would choose C because a truck is ahead.", "A", "C")]
    [InlineData("C", "C", "C")]
    [InlineData("The answer is (d).", "D", "D")]
    [InlineData("A car is ahead.", "A", "")]
    [InlineData("Option B is wrong, option C is right.", "B", "")]
    [InlineData("going ahead", "", "")]
    [InlineData("", "", "")]
    [InlineData("b\u00B2", "", "")]
    [InlineData("\uD835\uDC00B", "", "B")]
    public void Extract_Answers_OfficialAndStrict(string answer, string official, string strict)
    {
        Assert.Equal(official, OfficialLetter.Extract(answer));
        Assert.Equal(strict, StrictLetter.Extract(answer));
    }

    [Fact]
    public void Extract_AnyText_OneOfFiveReadings() => Gen.String.Sample(text =>
    {
        Assert.Contains(OfficialLetter.Extract(text), (string[])["", "A", "B", "C", "D"]);
        Assert.Contains(StrictLetter.Extract(text), (string[])["", "A", "B", "C", "D"]);
    });

    [Theory]
    [InlineData("Yes, there is no car.", true)]
    [InlineData("NO ENTRY", false)]
    [InlineData("yes1, note", null)]
    [InlineData("", null)]
    public void YesNo_Answers_YesWins(string answer, bool? expected) => Assert.Equal(expected, YesNo.Extract(answer));
}
