using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>How sure figures are: Wilson's intervals for proportions, resampled scenes for all else.</summary>
/// <param name="bootstrap">How scenes are drawn; null for no intervals but Wilson's.</param>
internal sealed class FigureIntervals(BootstrapOptions? bootstrap)
{
    /// <summary>The interval of a proportion.</summary>
    /// <param name="successes">How many of them.</param>
    /// <param name="count">Of how many.</param>
    public Interval Proportion(long successes, long count) => WilsonInterval.Of(successes, count, (bootstrap ?? new BootstrapOptions()).Confidence);

    /// <summary>The intervals of figures that are computed anew for scenes drawn with replacement.</summary>
    /// <param name="scenes">How many scenes there are.</param>
    /// <param name="figures">How many figures there are.</param>
    /// <param name="statistic">Computes the figures from how often each scene is drawn; one that is undefined there is not a number.</param>
    /// <returns>One per figure; null where scenes are too few to say.</returns>
    public IReadOnlyList<Interval?> Resampled(int scenes, int figures, Action<ReadOnlySpan<int>, double[]> statistic) => bootstrap is null
        ? new Interval?[figures]
        : [.. ClusterBootstrap.OfFigures(scenes, figures, statistic, bootstrap).Select(result => result.Interval)];
}
