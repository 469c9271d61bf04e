using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>The figures of a page. Of one run each metric has a colour; of several each run has one, and each metric a chart.</summary>
internal sealed class ReportFigures(IReadOnlyList<RunRecord> runs)
{
    /// <summary>All bins of all runs in one chart: what keeps a page small however long and many the runs are.</summary>
    private const int MostBins = 400;
    private const int BinsOfAll = 1600;
    private const int FewestBins = 60;

    /// <summary>The spans of more runs than this would hide each other.</summary>
    private const int MostBands = 4;

    private bool IsOfOne => runs.Count == 1;

    /// <summary>Every figure that has something to show.</summary>
    public Markup Draw() => Markup.Join(FigureCatalog.All.Select(Draw));

    private Markup Draw(Figure figure)
    {
        Markup[] charts = [.. (IsOfOne && !figure.IsSplit ? [OneChart(figure)] : figure.Metrics.Select(metric => ChartOf(figure, metric))).Where(chart => chart.Text.Length > 0)];
        return charts.Length == 0 ? Markup.None : Markup.Of($"""
            <figure id="{figure.Id}"{new Markup(charts.Length > 1 ? " class=\"wide\"" : "")}>
            <h3>{figure.Title}</h3>
            {Legend(figure)}<div class="charts">
            {Markup.Join(charts)}</div>
            <figcaption>{figure.Caption}{HowDrawn(figure)}</figcaption>
            </figure>

            """);
    }

    /// <summary>All metrics of the one run in the same axes.</summary>
    private Markup OneChart(Figure figure) => LineChart.Draw(
        $"chart-{figure.Id}",
        figure.Title,
        [.. figure.Metrics.Select(metric => Series(figure, metric, runs[0], metric.Label, metric.EndLabel, metric.Color))],
        Options(figure, figure.Options.Unit));

    /// <summary>One metric, of every run.</summary>
    private Markup ChartOf(Figure figure, FigureMetric metric)
    {
        IEnumerable<ChartSeries> series = runs.Select((run, i) => IsOfOne
            ? Series(figure, metric, run, metric.Label, metric.EndLabel, metric.Color)
            : Series(figure, metric, run, run.Name, $"{i + 1}", i));
        Markup chart = LineChart.Draw(
            $"chart-{metric.Key.Replace('.', '-').Replace('_', '-')}",
            figure.Metrics.Count == 1 ? figure.Title : $"{figure.Title}: {metric.Label}",
            [.. series],
            Options(figure, metric.Unit ?? figure.Options.Unit));
        return chart.Text.Length == 0 || figure.Metrics.Count == 1 ? chart : Markup.Of($"""<div class="panel"><h4>{metric.Label}</h4>{chart}</div>""");
    }

    private static ChartSeries Series(Figure figure, FigureMetric metric, RunRecord run, string label, string endLabel, int color)
    {
        IReadOnlyList<(long Step, double Value)> points = run.Series(metric.Key);
        return new ChartSeries
        {
            Label = label,
            EndLabel = endLabel,
            Color = color,
            Points = metric.Divisor == 1 ? points : [.. points.Select(point => (point.Step, point.Value / metric.Divisor))],
            BestStep = figure.MarksBest ? BestValidation.Find(run, metric.Key)?.Step : null,
        };
    }

    private ChartOptions Options(Figure figure, string unit) => figure.Options with
    {
        Unit = unit,
        Interruptions = IsOfOne ? Resumption.Steps(runs[0]) : [],
        MostBins = Math.Clamp(BinsOfAll / runs.Count, FewestBins, MostBins),
        HasBands = runs.Count <= MostBands,
    };

    private Markup Legend(Figure figure)
    {
        (string Label, int Color)[] entries = IsOfOne
            ? figure.IsSplit || figure.Metrics.Count == 1 ? [] : [.. figure.Metrics.Where(IsShown).Select(metric => (metric.Label, metric.Color))]
            : [.. runs.Select((run, i) => ($"{i + 1} {run.Name}", i))];
        return entries.Length == 0 ? Markup.None : Markup.Of(
            $"""<ul class="legend">{Markup.Join(entries.Select(entry => Markup.Of($"""<li><i class="{Palette.ClassOf(entry.Color)}"></i>{entry.Label}</li>""")))}</ul>""");
    }

    private bool IsShown(FigureMetric metric) => runs.Any(run => run.Finite(metric.Key).Count > 0);

    private string HowDrawn(Figure figure)
    {
        ChartOptions options = Options(figure, "");
        bool isBinned = runs.Any(run => figure.Metrics.Any(metric => BinnedSeries.IsLong(run.Series(metric.Key).Count, options.MostBins)));
        string bins = !isBinned ? ""
            : options.HasBands && !options.HidesNoise ? " Long series are cut into bins of equally many steps: the pale band spans the lowest and highest value of a bin, the thin line is its mean."
            : " Long series are cut into bins of equally many steps, whose means are drawn.";
        string smooth = !options.IsNoisy ? ""
            : options.HidesNoise ? " Lines are smoothed over 4 % of the run, at least 5 values."
            : $" Thick line: smoothed over 4 % of the run, at least 5 values; thin: {(isBinned ? "not smoothed" : "every step")}.";
        return bins + smooth;
    }
}
