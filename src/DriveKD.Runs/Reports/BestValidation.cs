namespace DriveKD.Runs.Reports;

/// <summary>Where a validation metric was best.</summary>
/// <param name="Metric">The metric's name, for example <c>validation.loss.all</c>.</param>
/// <param name="Step">The optimizer step.</param>
/// <param name="Value">The metric there.</param>
/// <param name="LastStep">The last step that was validated.</param>
/// <param name="LastValue">The metric there.</param>
public sealed record BestValidation(string Metric, long Step, double Value, long LastStep, double LastValue)
{
    /// <summary>Finds the best value: the highest exact match, the lowest of anything else.</summary>
    /// <returns>Null where the metric has no finite value.</returns>
    internal static BestValidation? Find(RunRecord run, string metric)
    {
        (long Step, double Value)[] points = [.. run.Series(metric).Where(point => double.IsFinite(point.Value))];
        if (points.Length == 0)
        {
            return null;
        }

        bool isHigherBetter = metric.StartsWith(MetricNames.ExactMatch, StringComparison.Ordinal);
        (long step, double value) = isHigherBetter ? points.MaxBy(point => point.Value) : points.MinBy(point => point.Value);
        return new BestValidation(metric, step, value, points[^1].Step, points[^1].Value);
    }
}
