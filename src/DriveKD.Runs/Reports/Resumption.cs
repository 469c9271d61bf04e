using DriveKD.Runs.Metrics;

namespace DriveKD.Runs.Reports;

/// <summary>Finds where a run was interrupted and went on.</summary>
internal static class Resumption
{
    /// <summary>The first step after each interruption: there the clock, which a new process begins at 0, runs behind the step before.</summary>
    public static IReadOnlyList<long> Steps(MetricsLog log)
    {
        List<long> steps = [];
        double before = double.NegativeInfinity;
        foreach (MetricsRow row in log.Rows)
        {
            if (row.Values.TryGetValue(MetricNames.ElapsedSeconds, out double elapsed) && double.IsFinite(elapsed))
            {
                if (elapsed < before)
                {
                    steps.Add(row.Step);
                }

                before = elapsed;
            }
        }

        return steps;
    }

    /// <summary>Seconds of training, over all of its processes; null where no clock was recorded.</summary>
    public static double? TrainedSeconds(MetricsLog log)
    {
        double sum = 0;
        double before = double.NaN;
        foreach (MetricsRow row in log.Rows)
        {
            if (row.Values.TryGetValue(MetricNames.ElapsedSeconds, out double elapsed) && double.IsFinite(elapsed))
            {
                sum += elapsed < before ? before : 0;
                before = elapsed;
            }
        }

        return double.IsNaN(before) ? null : sum + before;
    }
}
