using DriveKD.Evaluation.DriveBench.Intervals;
using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>How answers are scored.</summary>
public sealed record ScoreOptions
{
    /// <summary>What a line separator inside an answer does; the default mends the published fault.</summary>
    public LineSeparators Lines { get; init; } = LineSeparators.AsSpaces;

    /// <summary>Where intervals come from.</summary>
    public IIntervals Intervals { get; init; } = new ResampledIntervals();
}
