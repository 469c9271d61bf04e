using System.Globalization;
using System.Text;

namespace DriveKD.Runs.Reports.Charts;

/// <summary>
/// A line chart over optimizer steps, or whatever else is counted, as SVG. Colours, line widths and fonts are classes of the page's style
/// sheet, so that the same drawing is legible on a light and on a dark page; title and description say in words what the lines show.
/// </summary>
internal sealed class LineChart
{
    private const double Width = 560;
    private const double Height = 250;
    private const double Left = 66;
    private const double Top = 28;
    private const double Right = 26;
    private const double Bottom = Height - 40;
    private const double LetterWidth = 6.8;
    private const double LineHeight = 14;

    /// <summary>Values that span more than this ratio are drawn with equal ratios.</summary>
    private const double LogarithmicFrom = 30;

    /// <summary>Sparse values are dots as well as a line.</summary>
    private const int MostDots = 40;

    private const int MostCrosses = 60;

    private readonly string _id;
    private readonly string _title;
    private readonly ChartOptions _options;
    private readonly IReadOnlyList<(ChartSeries Series, BinnedSeries Binned)> _lines;
    private readonly IReadOnlyDictionary<ChartSeries, IReadOnlyList<(double Step, double Value)>> _smooth;
    private readonly double _right;
    private readonly ChartAxis _steps;
    private readonly ChartAxis _values;

    private LineChart(string id, string title, IReadOnlyList<(ChartSeries Series, BinnedSeries Binned)> lines, ChartOptions options)
    {
        (_id, _title, _lines, _options) = (id, title, lines, options);
        double labels = lines.Count > 1 ? lines.Max(line => line.Series.EndLabel.Length) * LetterWidth : 0;
        _right = Width - Right - labels;
        _smooth = !options.IsNoisy ? new Dictionary<ChartSeries, IReadOnlyList<(double Step, double Value)>>() : (
            from line in lines let smooth = line.Binned.Smooth() where smooth is not null select (line.Series, smooth)).ToDictionary();
        _steps = ChartAxis.Linear(
            lines.Min(line => line.Series.Points[0].Step), lines.Max(line => line.Series.Points[^1].Step), Left, _right, hasMargin: false);
        _values = ValueAxis([.. lines.SelectMany(Drawn)]);
    }

    /// <summary>Draws a chart.</summary>
    /// <param name="id">A name that no other chart of the page has.</param>
    /// <param name="title">What the chart shows, for those who cannot see it.</param>
    /// <param name="series">The lines; those without a finite value are left out.</param>
    /// <param name="options">How it is drawn.</param>
    /// <returns>The SVG, or nothing where no line has a finite value.</returns>
    public static Markup Draw(string id, string title, IReadOnlyList<ChartSeries> series, ChartOptions options)
    {
        (ChartSeries Series, BinnedSeries Binned)[] lines =
            [.. series.Select(line => (line, BinnedSeries.Of(line.Points, options.MostBins))).Where(line => !line.Item2.IsEmpty)];
        return lines.Length == 0 ? Markup.None : new LineChart(id, title, lines, options).Draw();
    }

    private Markup Draw()
    {
        string kind = _values.IsLogarithmic ? "log" : "linear";
        return Markup.Of($"""
            <svg class="chart{(_lines.Count > 2 ? " many" : "")}" viewBox="0 0 {Number(Width)} {Number(Height)}" role="img" aria-labelledby="{_id}-title {_id}-text" data-x="{Number(Left)} {Number(_right)} {Exact(_steps.Low)} {Exact(_steps.High)}" data-y="{Number(Bottom)} {Number(Top)} {Exact(_values.Low)} {Exact(_values.High)}" data-scale="{kind}" data-form="{_options.Form.ToString()}">
            <title id="{_id}-title">{_title}</title>
            <desc id="{_id}-text">{ChartDescription.Of(_lines.Select(line => line.Series), _options, _values)}</desc>
            {Frame()}{Markup.Join(_lines.Select(Line))}{EndLabels()}</svg>

            """);
    }

    /// <summary>Every value of a line that the axis must hold.</summary>
    private IEnumerable<double> Drawn((ChartSeries Series, BinnedSeries Binned) line)
    {
        bool hasSpans = line.Binned.IsBinned && _options.HasBands;
        return HidesNoise(line.Series)
            ? _smooth[line.Series].Select(point => point.Value)
            : line.Binned.Bins.Where(bin => bin.Count > 0).SelectMany(bin => hasSpans ? new[] { bin.Lowest, bin.Highest } : [bin.Mean]);
    }

    private bool HidesNoise(ChartSeries series) => _options.HidesNoise && _smooth.ContainsKey(series);

    private ChartAxis ValueAxis(double[] values)
    {
        (double low, double high) = (values.Min(), values.Max());
        if (_options.MayBeLogarithmic && low > 0 && high / low > LogarithmicFrom)
        {
            return ChartAxis.Logarithmic(low, high, Bottom, Top, _options.Form);
        }

        // An axis that begins near 0 begins at 0: then heights compare.
        low = low > 0 && low < high / 2 ? 0 : low;
        return ChartAxis.Linear(_options.Includes.Append(low).Min(), _options.Includes.Append(high).Max(), Bottom, Top, _options.Form);
    }

    private Markup Frame()
    {
        IEnumerable<Markup> rows = _values.Ticks.Select(value => Markup.Of(
            $"""<path class="grid" d="M{Number(Left)} {Number(_values.Position(value))}H{Number(_right)}"/><text class="tick" text-anchor="end" x="{Number(Left - 7)}" y="{Number(_values.Position(value) + 4)}">{_values.Describe(value)}</text>"""));
        IEnumerable<Markup> columns = _steps.Ticks.Where(step => step == Math.Floor(step)).Select(step => Markup.Of(
            $"""<path class="axis" d="M{Number(_steps.Position(step))} {Number(Bottom)}v4"/><text class="tick" text-anchor="middle" x="{Number(_steps.Position(step))}" y="{Number(Bottom + 17)}">{_steps.Describe(step)}</text>"""));
        IEnumerable<Markup> interruptions = _options.Interruptions.Where(step => step >= _steps.Low && step <= _steps.High).Select(step => Markup.Of(
            $"""<path class="interruption" d="M{Number(_steps.Position(step))} {Number(Top)}V{Number(Bottom)}"><title>resumed at step {step}</title></path>"""));
        return Markup.Of($"""
            {Markup.Join(rows)}{Reference()}<path class="axis" d="M{Number(Left)} {Number(Bottom)}H{Number(_right)}"/>{Markup.Join(columns)}{Markup.Join(interruptions)}
            <text class="unit" x="8" y="14">{_options.Unit}{(_values.IsLogarithmic ? ", log scale" : "")}</text><text class="unit" text-anchor="middle" x="{Number((Left + _right) / 2)}" y="{Number(Height - 5)}">{_options.Step}</text>

            """);
    }

    private Markup Reference() =>
        _options.Reference is not { } reference || reference.Value < _values.Low || reference.Value > _values.High
            ? Markup.None
            : Markup.Of($"""<path class="reference" d="M{Number(Left)} {Number(_values.Position(reference.Value))}H{Number(_right)}"/><text class="tick" text-anchor="end" x="{Number(_right - 3)}" y="{Number(_values.Position(reference.Value) - 4)}">{reference.Label}</text>""");

    private Markup Line((ChartSeries Series, BinnedSeries Binned) line)
    {
        (ChartSeries series, BinnedSeries binned) = line;
        SeriesBin[] finite = [.. binned.Bins.Where(bin => bin.Count > 0)];
        IReadOnlyList<(double Step, double Value)>? smooth = _smooth.GetValueOrDefault(series);
        bool hidesNoise = HidesNoise(series);
        StringBuilder drawing = new();
        if (binned.IsBinned && _options.HasBands && !hidesNoise)
        {
            drawing.Append(Markup.Of($"""<path class="band" d="{Band(finite)}"/>"""));
        }

        if (!hidesNoise)
        {
            drawing.Append(Markup.Of($"""<path class="{(smooth is null ? "line" : "raw")}" d="{Broken(binned.Bins)}"/>"""));
        }

        if (smooth is not null)
        {
            drawing.Append(Markup.Of($"""<path class="line" d="{Polyline(smooth)}"/>"""));
        }

        if (finite.Length == 1 || (!_options.IsNoisy && finite.Length <= MostDots))
        {
            drawing.Append(Markup.Join(finite.Select(bin => Markup.Of(
                $"""<circle class="dot" cx="{Number(_steps.Position(bin.Step))}" cy="{Number(_values.Position(bin.Mean))}" r="2.6"/>"""))));
        }

        drawing.Append(Markup.Join(binned.Bins.Where(bin => bin.NotFinite > 0).Take(MostCrosses).Select(bin => Markup.Of(
            $"""<path class="cross" d="M{Number(_steps.Position(bin.Step) - 3)} {Number(Bottom - 8)}l6 6m0 -6l-6 6"/>"""))));
        drawing.Append(Best(series));
        return Markup.Of($"""<g class="{Palette.ClassOf(series.Color)}" data-label="{series.Label}">{new Markup(drawing.ToString())}</g>""");
    }

    private Markup Best(ChartSeries series)
    {
        if (series.BestStep is not long best)
        {
            return Markup.None;
        }

        double value = series.Points.First(point => point.Step == best).Value;
        (string x, string y) = (Number(_steps.Position(best)), Number(_values.Position(value)));
        return Markup.Of($"""<path class="best" d="M{x} {y}V{Number(Bottom)}"/><circle class="ring" cx="{x}" cy="{y}" r="5.5"><title>best: {_values.Describe(value)} at step {best}</title></circle>""");
    }

    private Markup EndLabels()
    {
        if (_lines.Count < 2)
        {
            return Markup.None;
        }

        double[] wanted = [.. _lines.Select(line => _values.Position(LastValue(line)) + 4)];
        double[] heights = LabelColumn.Place(wanted, LineHeight, Top + 4, Bottom);
        return Markup.Join(_lines.Select((line, i) => Markup.Of(
            $"""<text class="end {Palette.ClassOf(line.Series.Color)}" x="{Number(_right + 6)}" y="{Number(heights[i])}">{line.Series.EndLabel}</text>""")));
    }

    private double LastValue((ChartSeries Series, BinnedSeries Binned) line) =>
        _smooth.TryGetValue(line.Series, out IReadOnlyList<(double Step, double Value)>? smooth)
            ? smooth[^1].Value
            : line.Binned.Bins.Last(bin => bin.Count > 0).Mean;

    private string Band(SeriesBin[] bins)
    {
        StringBuilder path = new("M");
        foreach (SeriesBin bin in bins)
        {
            Append(path, bin.Step, bin.Highest);
        }

        foreach (SeriesBin bin in bins.Reverse())
        {
            Append(path, bin.Step, bin.Lowest);
        }

        return path.Append('Z').ToString();
    }

    /// <summary>A line that is interrupted where there is no number.</summary>
    private string Broken(IReadOnlyList<SeriesBin> bins)
    {
        StringBuilder path = new();
        bool isOpen = false;
        foreach (SeriesBin bin in bins)
        {
            if (bin.Count > 0)
            {
                path.Append(isOpen ? "" : "M");
                Append(path, bin.Step, bin.Mean);
            }

            isOpen = bin.Count > 0;
        }

        return path.ToString();
    }

    private string Polyline(IReadOnlyList<(double Step, double Value)> points)
    {
        StringBuilder path = new("M");
        foreach ((double step, double value) in points)
        {
            Append(path, step, value);
        }

        return path.ToString();
    }

    private void Append(StringBuilder path, double step, double value) =>
        path.Append(Number(_steps.Position(step))).Append(' ').Append(Number(_values.Position(value))).Append(' ');

    /// <summary>A tenth of a pixel is finer than a screen.</summary>
    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
