using DriveKD.Analysis.Study;
using DriveKD.Analysis.Tests.Support;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Analysis.Tests.Study;

public sealed class GroupJackknifeTests
{
    [Fact]
    public void HalfWidth_MeanWithOneSamplePerGroup_IsTheTIntervals()
    {
        double[] values = [1, 4, 2, 8, 5];
        double? half = GroupJackknife.HalfWidth(
            values.Average(), [.. values.Select((_, left) => (values.Where((_, i) => i != left).Average(), 1))], degrees => StudentT.Quantile(0.975, degrees));

        Interval expected = SeedSummary.Of(values).Interval!.Value;
        Assert.Equal(expected.High - values.Average(), half!.Value, 1e-12);
    }

    [Fact]
    public void HalfWidth_MeanWithUnequalGroups_WeighsThemBySize()
    {
        double[][] groups = [[1, 2, 3], [7], [4, 5]];
        double[] all = [.. groups.SelectMany(group => group)];
        double? half = GroupJackknife.HalfWidth(
            all.Average(), [.. groups.Select((group, left) => (groups.Where((_, i) => i != left).SelectMany(other => other).Average(), group.Length))], _ => 1);

        // Of a mean a group's pseudo-value is the group's own mean.
        double variance = groups.Average(group => Math.Pow(group.Average() - all.Average(), 2) * group.Length / (all.Length - group.Length));
        Assert.Equal(Math.Sqrt(variance), half!.Value, 1e-12);
    }

    [Fact]
    public void HalfWidth_OneGroup_IsNone() => Assert.Null(GroupJackknife.HalfWidth(1, [(double.NaN, 5)], _ => 1));

    [Fact]
    public void HalfWidth_TooFewSamplesWithoutAGroup_IsNone() => Assert.Null(GroupJackknife.HalfWidth(1, [(double.NaN, 5), (1, 1)], _ => 1));

    [Fact]
    public void HalfWidth_Similarity_CoversTheTruthAboutAsOftenAsItSays()
    {
        // 20 groups of 5 samples around one direction; the truth is |E u|^2.
        const int Trials = 200;
        Random random = new(11);
        double truth = Math.Pow(Enumerable.Range(0, 20_000).Select(_ => Draw()[0]).Average(), 2);
        int covered = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            DirectionSum[] groups = [.. Enumerable.Range(0, 20).Select(_ => new DirectionSum())];
            for (int i = 0; i < 100; i++)
            {
                groups[i % 20].Add(Draw());
            }

            DirectionSum all = DirectionSum.Of(groups);
            double estimate = all.Similarity();
            double half = GroupJackknife.HalfWidth(
                estimate, [.. groups.Select(group => (all.Without(group).Similarity(), group.Count))], degrees => StudentT.Quantile(0.975, degrees))!.Value;
            covered += Math.Abs(estimate - truth) <= half ? 1 : 0;
        }

        Assert.InRange(covered, 0.9 * Trials, 0.99 * Trials);

        float[] Draw() => DriveKD.Analysis.Measures.UnitVectors.Of(
            [(float)(1 + Arrays.Gaussian(random)), (float)Arrays.Gaussian(random), (float)Arrays.Gaussian(random)]);
    }
}
