namespace DriveKD.Evaluation.DriveBench.Intervals;

/// <summary>How sure figures are.</summary>
public interface IIntervals
{
    /// <summary>The interval of a proportion.</summary>
    /// <param name="successes">How many of them.</param>
    /// <param name="count">Of how many; at least 1.</param>
    FigureInterval Proportion(long successes, long count);

    /// <summary>The intervals of figures that are computed anew for clusters drawn with replacement.</summary>
    /// <param name="clusters">How many clusters there are.</param>
    /// <param name="figures">How many figures there are.</param>
    /// <param name="statistic">Computes the figures of drawn clusters, given by their numbers; a figure that is undefined there is not a number.</param>
    /// <returns>One per figure; null where clusters are too few to say.</returns>
    IReadOnlyList<FigureInterval?> Resampled(int clusters, int figures, Action<IReadOnlyList<int>, double[]> statistic);
}
