using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Compare;

/// <summary>How arms do with few training samples: the share of exact answers over the size, a line for each arm, a whisker for each interval.</summary>
internal static class CurvePlot
{
    private const double Width = 560;
    private const double Height = 270;
    private const double Left = 58;
    private const double Top = 14;
    private const double Right = Width - 20;
    private const double Bottom = Height - 44;

    /// <summary>Draws the curve of one capability.</summary>
    /// <param name="figures">All figures.</param>
    /// <param name="arms">The arms in the order of their colours.</param>
    /// <param name="sizes">The sizes in the order of the recipe; null is all samples and stands last.</param>
    /// <param name="capability">The capability; null for the mean.</param>
    public static Markup Draw(IReadOnlyList<ArmFigure> figures, IReadOnlyList<string> arms, IReadOnlyList<int?> sizes, Capability? capability)
    {
        int?[] order = [.. sizes.OrderBy(size => size ?? int.MaxValue)];
        ArmFigure[] shown = [.. figures.Where(figure => figure.Capability == capability && figure.Summary.Mean is not null)];
        if (shown.Length == 0)
        {
            return Markup.None;
        }

        double[] ends = [.. shown.SelectMany(figure => (double[])[figure.Summary.Mean!.Value, figure.Summary.Interval?.Low ?? figure.Summary.Mean.Value, figure.Summary.Interval?.High ?? figure.Summary.Mean.Value])];
        ChartAxis values = ChartAxis.Linear(ends.Min(), ends.Max(), Bottom, Top, ValueForm.Percent);
        double step = (Right - Left) / order.Length;
        double X(int? size, int arm) => Left + (step * (Array.IndexOf(order, size) + 0.5)) + ((arm - ((arms.Count - 1) / 2.0)) * 4);
        Markup grid = Markup.Join(values.Ticks.Select(tick => Markup.Of(
            $"""<path class="grid" d="M{Number(Left)} {Number(values.Position(tick))}H{Number(Right)}"/><text class="tick" text-anchor="end" x="{Number(Left - 6)}" y="{Number(values.Position(tick) + 4)}">{values.Describe(tick)}</text>""")));
        Markup names = Markup.Join(order.Select((size, i) => Markup.Of(
            $"""<text class="tick" text-anchor="middle" x="{Number(Left + (step * (i + 0.5)))}" y="{Number(Bottom + 16)}">{CompareNames.OfSize(size)}</text>""")));
        Markup lines = Markup.Join(arms.Select((arm, i) => Line([.. shown.Where(figure => figure.Arm == arm).OrderBy(figure => figure.Size ?? int.MaxValue)], i, values, size => X(size, i))));
        string id = $"curve-{CompareNames.Of(capability)}";
        string words = string.Join(". ", shown.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Arm}, {CompareNames.OfSize(figure.Size)} samples: {figure.Summary.Mean:P1}")));
        return Markup.Of($"""
            <svg class="plot" viewBox="0 0 {Number(Width)} {Number(Height)}" role="img" aria-labelledby="{id}-title {id}-text">
            <title id="{id}-title">{CompareNames.Of(capability)} over the number of training samples</title>
            <desc id="{id}-text">{words}.</desc>
            {grid}{names}{lines}<path class="axis" d="M{Number(Left)} {Number(Bottom)}H{Number(Right)}"/><text class="unit" text-anchor="middle" x="{Number((Left + Right) / 2)}" y="{Number(Bottom + 34)}">training samples of each capability</text></svg>

            """);
    }

    private static Markup Line(ArmFigure[] points, int color, ChartAxis values, Func<int?, double> x)
    {
        string path = string.Join(' ', points.Select((figure, i) => $"{(i == 0 ? 'M' : 'L')}{Number(x(figure.Size))} {Number(values.Position(figure.Summary.Mean!.Value))}"));
        Markup whiskers = Markup.Join(points.Where(figure => figure.Summary.Interval is not null).Select(figure => Markup.Of(
            $"""<path class="whisker" d="M{Number(x(figure.Size))} {Number(values.Position(figure.Summary.Interval!.Value.Low))}V{Number(values.Position(figure.Summary.Interval.Value.High))}"/>""")));
        Markup dots = Markup.Join(points.Select(figure => Markup.Of(
            $"""<circle class="dot" cx="{Number(x(figure.Size))}" cy="{Number(values.Position(figure.Summary.Mean!.Value))}" r="3.5"><title>{figure.Arm}</title></circle>""")));
        return Markup.Of($"""<g class="{Palette.ClassOf(color)}"><path class="line" d="{path}"/>{whiskers}{dots}</g>""");
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
