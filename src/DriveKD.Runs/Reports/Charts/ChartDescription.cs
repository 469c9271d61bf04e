using System.Globalization;

namespace DriveKD.Runs.Reports.Charts;

/// <summary>Says in words what a chart's lines show.</summary>
internal static class ChartDescription
{
    /// <summary>Beginning, end, lowest and highest value of each line.</summary>
    public static string Of(IEnumerable<ChartSeries> series, ChartOptions options, ChartAxis values) =>
        $"{options.Unit} over {options.Step}s. {string.Join(' ', series.Select(line => Describe(line, values, Last(options.Step))))}";

    private static string Describe(ChartSeries series, ChartAxis values, string step)
    {
        (long Step, double Value)[] points = [.. series.Points.Where(point => double.IsFinite(point.Value))];
        (long Step, double Value) lowest = points.MinBy(point => point.Value);
        (long Step, double Value) highest = points.MaxBy(point => point.Value);
        string Value((long Step, double Value) point) => values.Describe(Rounded(point.Value));
        return points.Length == 1
            ? string.Create(CultureInfo.InvariantCulture, $"{series.Label}: {Value(points[0])} at {step} {points[0].Step}, the only value.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{series.Label}: {points.Length} values, {Value(points[0])} at {step} {points[0].Step}, {Value(points[^1])} at {step} {points[^1].Step}; lowest {Value(lowest)} at {step} {lowest.Step}, highest {Value(highest)} at {step} {highest.Step}.");
    }

    /// <summary>"step" of "optimizer step".</summary>
    private static string Last(string words) => words[(words.LastIndexOf(' ') + 1)..];

    private static double Rounded(double value) =>
        double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
