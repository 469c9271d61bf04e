using System.Globalization;
using DriveKD.Evaluation.Results;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Reports;

/// <summary>
/// Points under every corruption as an SVG: a row for each, in it a dot with its interval for each model, and a dashed line where the model
/// stands on clean pictures. Colours are classes of the page's style sheet.
/// </summary>
internal static class RobustnessPlot
{
    private const double Width = 900;
    private const double Left = 190;
    private const double Right = Width - 24;
    private const double Top = 12;
    private const double RowPadding = 9;
    private const double ModelHeight = 13;

    /// <summary>Draws the plot.</summary>
    /// <param name="results">The results.</param>
    /// <returns>Nothing where there are not at least two passes with a score.</returns>
    public static Markup Draw(EvaluationResults results)
    {
        (ModelResult Model, int Color)[] models = [.. results.Models.Select((model, i) => (model, i))];
        PassResult[] scored = [.. results.Models.SelectMany(model => model.Passes).Where(pass => pass.Score is not null)];
        if (scored.Select(pass => pass.Corruption).Distinct().Count() < 2)
        {
            return Markup.None;
        }

        double highest = scored.Max(pass => Math.Max(pass.Score!.Value, pass.Interval?.High ?? 0));
        ChartAxis points = ChartAxis.Linear(0, Math.Max(highest, 1), Left, Right);
        double rowHeight = (2 * RowPadding) + (models.Length * ModelHeight);
        double bottom = Top + (results.Corruptions.Count * rowHeight);
        Markup rows = Markup.Join(results.Corruptions.Select((corruption, i) => Row(corruption, models, points, Top + (i * rowHeight), rowHeight)));
        Markup ticks = Markup.Join(points.Ticks.Select(tick => Markup.Of(
            $"""<path class="grid" d="M{Number(points.Position(tick))} {Number(Top)}V{Number(bottom)}"/><text class="tick" text-anchor="middle" x="{Number(points.Position(tick))}" y="{Number(bottom + 16)}">{points.Describe(tick)}</text>""")));
        Markup clean = Markup.Join(models.Where(item => item.Model.Clean?.Score is not null).Select(item => Markup.Of(
            $"""<path class="clean {Palette.ClassOf(item.Color)}" d="M{Number(points.Position(item.Model.Clean!.Score!.Value))} {Number(Top)}V{Number(bottom)}"><title>{item.Model.Model.Name}, clean: {Cells.Points(item.Model.Clean.Score)}</title></path>""")));
        return Markup.Of($"""
            <svg class="plot" viewBox="0 0 {Number(Width)} {Number(bottom + 40)}" role="img" aria-labelledby="robustness-title robustness-text">
            <title id="robustness-title">Points under every corruption</title>
            <desc id="robustness-text">{Describe(results)}</desc>
            {ticks}{clean}{rows}<path class="axis" d="M{Number(Left)} {Number(bottom)}H{Number(Right)}"/><text class="unit" text-anchor="middle" x="{Number((Left + Right) / 2)}" y="{Number(bottom + 34)}">points, 0 to 100</text></svg>

            """);
    }

    private static Markup Row(CorruptionChoice corruption, (ModelResult Model, int Color)[] models, ChartAxis points, double top, double height)
    {
        Markup dots = Markup.Join(models.Select((item, place) =>
        {
            PassResult pass = item.Model.Passes.Single(pass => pass.Corruption == corruption);
            return pass.Score is double score ? Dot(item.Model.Model.Name, item.Color, pass, score, points, top + RowPadding + ((place + 0.5) * ModelHeight)) : Markup.None;
        }));
        double middle = top + (height / 2);
        Markup group = corruption.Info.Group is { } of ? Markup.Of($"""<text class="group" text-anchor="end" x="{Number(Left - 10)}" y="{Number(middle + 16)}">{of.ToString()}</text>""") : Markup.None;
        return Markup.Of(
            $"""<path class="grid" d="M{Number(Left)} {Number(top)}H{Number(Right)}"/><text class="row" text-anchor="end" x="{Number(Left - 10)}" y="{Number(middle + 3)}">{corruption.Title}</text>{group}{dots}""");
    }

    private static Markup Dot(string name, int color, PassResult pass, double score, ChartAxis points, double y)
    {
        string ends = Cells.Ends(pass.Interval, Cells.Points);
        Markup whisker = pass.Interval is { } interval
            ? Markup.Of($"""<path class="whisker" d="M{Number(points.Position(interval.Low))} {Number(y)}H{Number(points.Position(interval.High))}"/>""")
            : Markup.None;
        return Markup.Of(
            $"""<g class="{Palette.ClassOf(color)}">{whisker}<circle class="dot" cx="{Number(points.Position(score))}" cy="{Number(y)}" r="4"><title>{name}, {pass.Corruption.Title}: {Cells.Points(score)} {ends}, {Cells.Counts(pass.Count, pass.Unscored)}</title></circle></g>""");
    }

    private static string Describe(EvaluationResults results) => string.Join(' ', results.Models.Select(model =>
        $"{model.Model.Name}: {string.Join(", ", model.Passes.Select(pass => $"{pass.Corruption.Title} {Cells.Points(pass.Score)}"))}."));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
