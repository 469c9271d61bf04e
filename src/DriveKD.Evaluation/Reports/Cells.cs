using System.Globalization;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>Cells of the page's tables: a figure, its interval, how many questions it rests on and how many have no score.</summary>
internal static class Cells
{
    /// <summary>A head over figures.</summary>
    public static Markup Head(string text) => Markup.Of($"""<th scope="col" class="number">{text}</th>""");

    /// <summary>A figure with all that belongs to it.</summary>
    /// <param name="value">The figure as it is shown.</param>
    /// <param name="interval">Its interval as it is shown; empty for none.</param>
    /// <param name="count">Questions that are scored.</param>
    /// <param name="unscored">Questions that are not.</param>
    /// <param name="note">A line more; empty for none.</param>
    /// <param name="isBest">Whether it is the best of its column.</param>
    public static Markup Figure(string value, string interval, int count, int unscored, string note = "", bool isBest = false) => Markup.Of(
        $"""<td class="number{(isBest ? " best" : "")}">{value}{Small(interval)}{Small(note)}{Small(Counts(count, unscored))}</td>""");

    /// <summary>A plain cell.</summary>
    public static Markup Text(string value, string note = "") => Markup.Of($"""<td class="number">{value}{Small(note)}</td>""");

    /// <summary>Points, 0 to 100.</summary>
    public static string Points(double? points) => points is double value ? value.ToString("0.0;\u22120.0;0.0", CultureInfo.InvariantCulture) : "-";

    /// <summary>A difference of points.</summary>
    public static string Change(double? change) => change is double value ? value.ToString("+0.0;\u22120.0;0.0", CultureInfo.InvariantCulture) : "-";

    /// <summary>A share as a percentage.</summary>
    public static string Percent(double? share) => share is double value ? (100 * value).ToString("F1", CultureInfo.InvariantCulture) + " %" : "-";

    /// <summary>A p value.</summary>
    public static string P(double? p) => p switch
    {
        null => "-",
        < 0.001 => "< 0.001",
        double value => value.ToString("F3", CultureInfo.InvariantCulture),
    };

    /// <summary>An interval.</summary>
    public static string Ends(Interval? interval, Func<double?, string> form) => interval is { } ends ? $"[{form(ends.Low)}, {form(ends.High)}]" : "";

    /// <summary>How many are scored and how many not.</summary>
    public static string Counts(int count, int unscored) => FormattableString.Invariant($"n {count:N0}, {unscored:N0} unscored");

    private static Markup Small(string text) => text.Length == 0 ? Markup.None : Markup.Of($"<small>{text}</small>");
}
