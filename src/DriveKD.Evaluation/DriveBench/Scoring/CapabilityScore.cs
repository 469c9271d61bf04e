using DriveKD.Data.Samples;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>One row of the capability table.</summary>
public sealed record CapabilityScore
{
    /// <summary>The capability; null for the mean of the three.</summary>
    public required Capability? Capability { get; init; }

    /// <summary>How many questions are scored.</summary>
    public required int Count { get; init; }

    /// <summary>How many are not.</summary>
    public required int Unscored { get; init; }

    /// <summary>Points, 0..100: the mean over the capability's questions; null where none is scored.</summary>
    public required double? Score { get; init; }

    /// <summary>The interval of the points.</summary>
    public required Interval? Interval { get; init; }

    /// <summary>The points with the strict reading of letters.</summary>
    public required double? StrictScore { get; init; }
}
