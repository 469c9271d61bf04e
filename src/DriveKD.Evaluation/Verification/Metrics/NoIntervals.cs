using DriveKD.Evaluation.DriveBench.Intervals;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>Goldens hold no intervals.</summary>
internal sealed class NoIntervals : IIntervals
{
    public FigureInterval Proportion(long successes, long count) => new(double.NaN, double.NaN);

    public IReadOnlyList<FigureInterval?> Resampled(int clusters, int figures, Action<IReadOnlyList<int>, double[]> statistic) => new FigureInterval?[figures];
}
