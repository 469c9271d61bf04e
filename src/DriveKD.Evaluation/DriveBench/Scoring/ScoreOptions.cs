using DriveKD.Evaluation.Metrics.Tokenization;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>How answers are scored.</summary>
public sealed record ScoreOptions
{
    /// <summary>What a line separator inside an answer does; the default mends the published fault.</summary>
    public LineSeparators Lines { get; init; } = LineSeparators.AsSpaces;

    /// <summary>How scenes are drawn for intervals; null for no intervals but Wilson's. Language metrics are computed anew for each of 1,000 draws.</summary>
    public BootstrapOptions? Bootstrap { get; init; } = new BootstrapOptions { Resamples = 1000 };
}
