using System.Globalization;

namespace DriveKD.Runs.Reports;

/// <summary>How a report spells numbers.</summary>
internal static class ReportNumbers
{
    /// <summary>Three or four significant digits, as the console gives them.</summary>
    public static string Short(double value) =>
        value == 0 ? "0" : value.ToString(Math.Abs(value) is >= 0.01 and < 1000 ? "F3" : "0.00e+0", CultureInfo.InvariantCulture);

    /// <summary>A whole number with thousands set apart.</summary>
    public static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A share as a percentage.</summary>
    public static string Percent(double share)
    {
        double percent = share * 100;
        string format = Math.Abs(percent) switch { 0 => "0", >= 10 => "0.0", >= 1 => "0.0#", >= 0.01 => "0.0##", _ => "0.0e+0" };
        return percent.ToString(format, CultureInfo.InvariantCulture) + " %";
    }

    /// <summary>Seconds, with minutes and hours where there are some.</summary>
    public static string Duration(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Clamp(double.IsNaN(seconds) ? 0 : seconds, 0, 1e9));
        return time switch
        {
            { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
            { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours)} h {time.Minutes} min"),
        };
    }

    /// <summary>A moment as the run's own clock showed it.</summary>
    public static string Moment(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>The middle value; NaN of none.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] / 2) + (sorted[sorted.Length / 2] / 2);
    }

    /// <summary>Names as a sentence lists them: "a, b and c".</summary>
    public static string Enumerate(IReadOnlyList<string> names) =>
        names.Count < 2 ? string.Concat(names) : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
}
