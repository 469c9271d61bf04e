using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Quickstart;

namespace DriveKD.Evaluation.Tests.Quickstart;

public sealed class QuickstartWordsTests
{
    [Fact]
    public void Findings_ADifferenceThatChanceMayMake_SaysThatNothingIsShown()
    {
        IReadOnlyList<string> findings = QuickstartWords.Findings(QuickstartFixture.Report((4, 5), (5, 4)));

        Assert.Contains("perception: distilled 45.0 %, supervised alone 45.0 %; difference 0.0 points", findings[0], StringComparison.Ordinal);
        Assert.Contains("over 2 paired seeds, not told from 0.", findings[0], StringComparison.Ordinal);
        Assert.StartsWith("mean of the capabilities:", findings[^2], StringComparison.Ordinal);
        Assert.Contains("does not show that the teachers' signals help, nor that they do not", findings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_AClearDifference_IsCounted()
    {
        IReadOnlyList<string> findings = QuickstartWords.Findings(QuickstartFixture.Report((1, 8), (2, 9), (1, 9), (2, 8), (1, 8)));

        Assert.EndsWith("told from 0.", findings[0], StringComparison.Ordinal);
        Assert.DoesNotContain("not told", findings[0], StringComparison.Ordinal);
        Assert.StartsWith("So in 1 of 2 capabilities", findings[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_NoSeedWithBoth_SaysSo()
    {
        QuickstartReport report = QuickstartFixture.Report((4, 5));
        report = report with { Results = report.Results with { Differences = [] } };

        Assert.StartsWith("No seed has both students", Assert.Single(QuickstartWords.Findings(report)), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_TwoSeeds_SaysHowWideIntervalsAre() =>
        Assert.StartsWith("2 seeds are few: a 95 % interval over 2 seeds is 12.7 standard errors", QuickstartWords.Limits(QuickstartFixture.Report((4, 5), (5, 4)))[0], StringComparison.Ordinal);

    [Fact]
    public void OfScore_AnswersOfDifferentNumbers_AreAnError()
    {
        CompareAnswer[] answers = [Answer(Capability.Perception, true), Answer(Capability.Perception, false), Answer(Capability.Planning, true)];

        Assert.Equal(new QuickstartScore(Capability.Perception, 2, 2, 1), QuickstartScore.Of(Capability.Perception, [answers[0], answers[0]], answers));
        Assert.Throws<ArgumentException>(() => QuickstartScore.Of(Capability.Perception, [answers[0]], answers));
        Assert.Throws<ArgumentException>(() => QuickstartScore.Of(Capability.Reasoning, [], answers));
    }

    private static CompareAnswer Answer(Capability capability, bool isRight) =>
        new() { Id = "i", Capability = capability, Type = "t", Question = "?", Gold = "yes", Exact = isRight, RougeL = 0 };
}
