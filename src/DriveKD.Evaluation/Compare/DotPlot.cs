using System.Globalization;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Compare;

/// <summary>
/// Values with their intervals as an SVG: a group of rows for each capability, in it a row for each arm, a whisker for the interval and a small
/// dot for each seed. Colours are classes of the page's style sheet.
/// </summary>
internal static class DotPlot
{
    private const double Width = 900;
    private const double Left = 210;
    private const double Right = Width - 24;
    private const double Top = 14;
    private const double GroupPadding = 9;
    private const double RowHeight = 17;

    /// <summary>One row.</summary>
    /// <param name="Group">What it belongs to.</param>
    /// <param name="Label">Its name.</param>
    /// <param name="Color">Its place in the palette.</param>
    /// <param name="Mean">The large dot.</param>
    /// <param name="Low">The whisker's beginning; null for none.</param>
    /// <param name="High">Its end.</param>
    /// <param name="Seeds">The small dots.</param>
    /// <param name="Title">The row in words.</param>
    public sealed record Row(string Group, string Label, int Color, double Mean, double? Low, double? High, IReadOnlyList<double> Seeds, string Title);

    /// <summary>Draws a plot.</summary>
    /// <param name="id">A name that no other plot of the page has.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="unit">What the axis measures.</param>
    /// <param name="rows">The rows, those of a group next to each other.</param>
    /// <param name="zero">Whether a line marks 0.</param>
    /// <returns>Nothing where there are no rows.</returns>
    public static Markup Draw(string id, string title, string unit, IReadOnlyList<Row> rows, bool zero)
    {
        if (rows.Count == 0)
        {
            return Markup.None;
        }

        // With two seeds an interval reaches far beyond what a share, or a difference of shares, can be: the plot ends there, the words do not.
        double least = zero ? -1 : 0;
        rows = [.. rows.Select(row => row with { Low = Within(row.Low), High = Within(row.High) })];
        double[] shown = [.. rows.SelectMany(row => row.Seeds.Concat([row.Mean, row.Low ?? row.Mean, row.High ?? row.Mean])), .. zero ? [0.0] : (double[])[]];
        ChartAxis axis = ChartAxis.Linear(shown.Min(), shown.Max(), Left, Right, ValueForm.Percent);
        List<Markup> drawn = [];
        double y = Top;
        foreach (IGrouping<string, Row> group in rows.GroupBy(row => row.Group))
        {
            drawn.Add(Markup.Of($"""<path class="grid" d="M8 {Number(y)}H{Number(Right)}"/><text class="row group-name" x="8" y="{Number(y + GroupPadding + 13)}">{group.Key}</text>"""));
            y += GroupPadding;
            foreach (Row row in group)
            {
                drawn.Add(DrawRow(row, axis, y + (RowHeight / 2)));
                y += RowHeight;
            }

            y += GroupPadding;
        }

        Markup ticks = Markup.Join(axis.Ticks.Select(tick => Markup.Of(
            $"""<path class="grid" d="M{Number(axis.Position(tick))} {Number(Top)}V{Number(y)}"/><text class="tick" text-anchor="middle" x="{Number(axis.Position(tick))}" y="{Number(y + 16)}">{axis.Describe(tick)}</text>""")));
        Markup line = zero ? Markup.Of($"""<path class="reference" d="M{Number(axis.Position(0))} {Number(Top)}V{Number(y)}"/>""") : Markup.None;
        return Markup.Of($"""
            <svg class="plot" viewBox="0 0 {Number(Width)} {Number(y + 40)}" role="img" aria-labelledby="{id}-title {id}-text">
            <title id="{id}-title">{title}</title>
            <desc id="{id}-text">{string.Join(". ", rows.Select(row => row.Title))}.</desc>
            {ticks}{line}{Markup.Join(drawn)}<path class="axis" d="M{Number(Left)} {Number(y)}H{Number(Right)}"/><text class="unit" text-anchor="middle" x="{Number((Left + Right) / 2)}" y="{Number(y + 34)}">{unit}</text></svg>

            """);

        double? Within(double? value) => value is double given ? Math.Clamp(given, least, 1) : null;
    }

    private static Markup DrawRow(Row row, ChartAxis axis, double y)
    {
        Markup whisker = row.Low is double low && row.High is double high
            ? Markup.Of($"""<path class="whisker" d="M{Number(axis.Position(low))} {Number(y)}H{Number(axis.Position(high))}"/>""")
            : Markup.None;
        Markup seeds = Markup.Join(row.Seeds.Select(value => Markup.Of($"""<circle class="seed" cx="{Number(axis.Position(value))}" cy="{Number(y)}" r="2.6"/>""")));
        return Markup.Of(
            $"""<g class="{Palette.ClassOf(row.Color)}"><text class="row" text-anchor="end" x="{Number(Left - 12)}" y="{Number(y + 4)}">{row.Label}</text>{whisker}{seeds}<circle class="dot" cx="{Number(axis.Position(row.Mean))}" cy="{Number(y)}" r="4.5"><title>{row.Title}</title></circle></g>""");
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
