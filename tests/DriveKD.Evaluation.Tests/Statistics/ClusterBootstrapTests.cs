using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class ClusterBootstrapTests
{
    private static readonly BootstrapOptions _few = new() { Resamples = 200 };

    [Fact]
    public void Mean_NoValues_HasNothing()
    {
        BootstrapResult result = ClusterBootstrap.Mean([], []);
        Assert.Equal(new BootstrapResult { Clusters = 0, Resamples = 0, Confidence = 0.95 }, result);
    }

    [Fact]
    public void Mean_OneCluster_HasAnEstimateAndNoInterval() =>
        Assert.Equal(new BootstrapResult { Estimate = 0.5, Clusters = 1, Resamples = 0, Confidence = 0.95 }, ClusterBootstrap.Mean([0, 1], ["a", "a"]));

    [Fact]
    public void Mean_EqualValues_IsOnePoint()
    {
        BootstrapResult result = ClusterBootstrap.Mean([0.25, 0.25, 0.25], ["a", "b", "b"], _few);
        Assert.Equal((0.25, 0.0), (result.Estimate!.Value, result.StandardError!.Value));
        Assert.Equal(new Interval(0.25, 0.25), result.Interval);
        Assert.Equal((2, 200, 0), (result.Clusters, result.Resamples, result.Undefined));
    }

    [Fact]
    public void Mean_NumbersThatAreNone_Throws()
    {
        Assert.Throws<ArgumentException>(() => ClusterBootstrap.Mean([double.NaN], ["a"]));
        Assert.Throws<ArgumentException>(() => ClusterBootstrap.Mean([1], ["a", "b"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusterBootstrap.Mean([1], ["a"], new BootstrapOptions { Resamples = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusterBootstrap.Mean([1], ["a"], new BootstrapOptions { Confidence = 0 }));
    }

    [Fact]
    public void Mean_SameSeed_IsTheSameWhateverTheOrder() => Gen.Select(Gen.Int[0, 5], Gen.Double[0, 1]).Array[1, 40].Sample(
        pairs =>
        {
            double[] values = [.. pairs.Select(pair => pair.Item2)];
            string[] clusters = [.. pairs.Select(pair => "scene " + pair.Item1)];
            BootstrapResult one = ClusterBootstrap.Mean(values, clusters, _few);
            BootstrapResult other = ClusterBootstrap.Mean([.. values.Reverse()], [.. clusters.Reverse()], _few);
            Assert.Equal(one, other);
            Assert.Equal(values.Average(), one.Estimate!.Value, 1e-12);
            if (one.Interval is Interval interval)
            {
                Assert.InRange(interval.Low, values.Min() - 1e-12, interval.High);
                Assert.InRange(interval.High, interval.Low, values.Max() + 1e-12);
            }
        },
        iter: 200);

    [Fact]
    public void Mean_AnotherSeed_DrawsOthers()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(index => (double)index * index)];
        string[] clusters = [.. Enumerable.Range(0, 40).Select(index => $"{index / 2}")];
        Assert.NotEqual(ClusterBootstrap.Mean(values, clusters, _few).Interval, ClusterBootstrap.Mean(values, clusters, _few with { Seed = 43 }).Interval);
    }

    [Fact]
    public void Mean_QuestionsOfAScene_WidenTheInterval()
    {
        // Ten scenes, each all right or all wrong: the hundred questions are worth ten.
        double[] values = [.. Enumerable.Range(0, 100).Select(index => (index / 10) % 2.0)];
        BootstrapOptions options = new() { Resamples = 5000 };
        double byScene = ClusterBootstrap.Mean(values, [.. Enumerable.Range(0, 100).Select(index => $"{index / 10}")], options).StandardError!.Value;
        double byQuestion = ClusterBootstrap.Mean(values, [.. Enumerable.Range(0, 100).Select(index => $"{index}")], options).StandardError!.Value;
        Assert.Equal(0.5 / Math.Sqrt(10), byScene, 0.005);
        Assert.Equal(0.5 / Math.Sqrt(100), byQuestion, 0.002);
    }

    [Fact]
    public void Of_AnyFigure_SeesAsManyDrawsAsClusters()
    {
        int calls = 0;
        BootstrapResult result = ClusterBootstrap.Of(
            7,
            counts =>
            {
                calls++;
                Assert.Equal(7, counts.Length);
                int total = 0;
                foreach (int count in counts)
                {
                    total += count;
                }

                Assert.Equal(7, total);
                return counts[0];
            },
            _few);
        Assert.Equal(201, calls);
        Assert.Equal(1, result.Estimate);
    }

    [Fact]
    public void Of_FigureThatIsNotAlwaysDefined_CountsTheResamples()
    {
        BootstrapResult sometimes = ClusterBootstrap.Of(3, counts => counts[0] == 0 ? double.NaN : counts[0], _few);
        Assert.Equal(200, sometimes.Resamples + sometimes.Undefined);
        Assert.InRange(sometimes.Undefined, 1, 199);
        Assert.True(sometimes.Interval!.Value.Low >= 1);

        BootstrapResult never = ClusterBootstrap.Of(3, _ => double.NaN, _few);
        Assert.Null(never.Estimate);
        Assert.Null(never.Interval);
        Assert.Null(never.StandardError);
        Assert.Equal((0, 200), (never.Resamples, never.Undefined));
    }

    [Fact]
    public void OfSums_RatioOfSums_IsWhatWholeClustersGive()
    {
        double[][] clusters = [[3, 4], [0, 2], [5, 5], [1, 9]];
        BootstrapResult sums = ClusterBootstrap.OfSums(clusters, total => total[0] / total[1], _few);
        BootstrapResult counts = ClusterBootstrap.Of(
            4,
            drawn =>
            {
                double found = 0;
                double possible = 0;
                for (int i = 0; i < drawn.Length; i++)
                {
                    found += drawn[i] * clusters[i][0];
                    possible += drawn[i] * clusters[i][1];
                }

                return found / possible;
            },
            _few);
        Assert.Equal(0.45, sums.Estimate!.Value, 1e-15);
        Assert.Equal(counts, sums);
        Assert.Throws<ArgumentException>(() => ClusterBootstrap.OfSums([[1], [1, 2]], total => total[0]));
    }
}
