using DriveKD.Runs.Metrics;

namespace DriveKD.Runs.Reports;

/// <summary>Compares the first tenth of a run with its last.</summary>
internal static class LossTenths
{
    /// <summary>Shorter runs have no tenths whose noise could be told.</summary>
    private const int FewestSteps = 20;

    /// <summary>A smaller rise is none that anybody would act on.</summary>
    private const double SmallestRise = 0.01;

    /// <summary>How many times its own noise (the standard error of the difference) a rise must be.</summary>
    private const double NoiseFactor = 2;

    /// <summary>The steps of a tenth: at least one.</summary>
    public static int Length(RunRecord run) => Math.Max(1, run.Log.Rows.Count / 10);

    /// <summary>Every loss that has finite values in both tenths, in the order of the tasks.</summary>
    public static IReadOnlyList<LossChange> Compare(RunRecord run)
    {
        IReadOnlyList<MetricsRow> rows = run.Log.Rows;
        int tenth = Length(run);
        List<LossChange> changes = [];
        foreach (string task in MetricNames.Tasks)
        {
            double[] first = Values(rows.Take(tenth), task);
            double[] last = Values(rows.TakeLast(tenth), task);
            if (first.Length > 0 && last.Length > 0)
            {
                (double from, double to) = (first.Average(), last.Average());
                bool hasRisen = rows.Count >= FewestSteps
                    && to > from * (1 + SmallestRise)
                    && to - from > NoiseFactor * Math.Sqrt(SquaredError(first) + SquaredError(last));
                // A loss that starts at rounding noise (a student that is its own teacher) has no meaningful ratio.
                changes.Add(new LossChange(task, from, to, from < 1e-12 ? null : to / from, hasRisen));
            }
        }

        return changes;
    }

    private static double[] Values(IEnumerable<MetricsRow> rows, string task) =>
        [.. from row in rows
            let value = row.Values.GetValueOrDefault(MetricNames.Loss + task, double.NaN)
            where double.IsFinite(value)
            select value];

    /// <summary>The squared standard error of a mean.</summary>
    private static double SquaredError(double[] values)
    {
        double mean = values.Average();
        return values.Length < 2 ? 0 : values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length;
    }
}
