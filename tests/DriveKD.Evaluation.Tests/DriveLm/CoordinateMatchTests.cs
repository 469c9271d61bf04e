using DriveKD.Evaluation.DriveLm;

namespace DriveKD.Evaluation.Tests.DriveLm;

public sealed class CoordinateMatchTests
{
    [Theory]
    [InlineData("1.0, 2.0", "1.0, 2.0", 1)]
    [InlineData("1.0, 17.9", "1.0, 2.0", 1)]
    [InlineData("1.0, 18.0", "1.0, 2.0", 0)]
    [InlineData("1.0, 2.0, 1.5, 2.0", "1.0, 2.0", 2.0 / 3)]
    [InlineData("none", "1.0, 2.0", 0)]
    [InlineData("1.0, 2.0", "none", 0)]
    public void Score_Points_HarmonicMean(string answer, string reference, double expected) =>
        Assert.Equal(expected, CoordinateMatch.Score(CoordinateMatch.AnswerPoints(answer), CoordinateMatch.Points(reference)!, out _), 1e-7);

    [Fact]
    public void Points_NumberWithoutPartner_IsDroppedFromAnswersOnly()
    {
        Assert.Null(CoordinateMatch.Points("1.0 and 2.0 and 3.0"));
        Assert.Equal([(1, 2)], CoordinateMatch.AnswerPoints("1.0 and 2.0 and 3.0"));
        Assert.Empty(CoordinateMatch.Points("c1 at 5")!);
    }
}
