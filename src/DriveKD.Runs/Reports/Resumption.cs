using DriveKD.Runs.Metrics;

namespace DriveKD.Runs.Reports;

/// <summary>Where a run was interrupted and went on.</summary>
internal static class Resumption
{
    /// <summary>The first step after each interruption, as run.json tells; one that has no step yet is left out.</summary>
    public static IReadOnlyList<long> Steps(RunRecord run) =>
        [.. (run.Status.Resumptions ?? []).Select(resumption => resumption.FromStep + 1).Distinct().Where(step => run.Log.Rows.Any(row => row.Step == step)).Order()];

    /// <summary>Seconds of training, over all of its processes; null where no clock was recorded.</summary>
    public static double? TrainedSeconds(MetricsLog log) =>
        log.Series(MetricNames.ElapsedSeconds).LastOrDefault(point => double.IsFinite(point.Value)) is { Step: > 0 } last ? last.Value : null;
}
