using System.Globalization;
using DriveKD.Runs.Reports;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Evaluation.Quickstart;

/// <summary>The charts of a quick start's page: how both students learned, and how the tasks' gradients met.</summary>
internal static class QuickstartCharts
{
    public static Markup Write(QuickstartReport report) => Markup.Of($"""
        <h2>Learning curves</h2>
        <div class="figures">
        {Losses(report)}{Signals(report)}</div>
        <h2>Gradient conflicts</h2>
        {Conflicts(report)}
        """);

    /// <summary>Both arms' cross-entropy, the mean over seeds at every step.</summary>
    private static Markup Losses(QuickstartReport report) => Figure(
        "quick-losses",
        "Cross-entropy of the answers",
        [
            Series(report, QuickstartReport.Supervised, MetricNames.Loss + MetricNames.Supervision, "supervised", "sup", 0),
            Series(report, QuickstartReport.Distilled, MetricNames.Loss + MetricNames.Supervision, "distilled", "dis", 1),
        ],
        new ChartOptions { Unit = "nats per token" },
        "Both students train on the same samples in the same order, so the lines may be compared step by step; means over the seeds, on training samples.");

    private static Markup Signals(QuickstartReport report) => Figure(
        "quick-signals",
        "What the teachers ask for (distilled student)",
        [.. MetricNames.Signals.Select((signal, i) => Series(report, QuickstartReport.Distilled, MetricNames.Loss + signal, signal, signal[..3], i + 1))],
        new ChartOptions { Unit = "squared difference", MayBeLogarithmic = true },
        "The mean squared difference between the student's attention and each teacher's. A falling line: the student comes to look where the teacher looks.");

    private static Markup Conflicts(QuickstartReport report)
    {
        ChartSeries[] cosines = [.. MetricNames.Pairs.Select((pair, i) => Series(report, QuickstartReport.Distilled, $"{MetricNames.Cosine}{pair.First}_{pair.Second}", $"{pair.First} and {pair.Second}", $"{Short(pair.First)}/{Short(pair.Second)}", i))];
        string[][] rows = [.. MetricNames.Pairs.Select(pair => Row(report, pair)).OfType<string[]>()];
        Markup table = rows.Length == 0 ? Markup.None : QuickstartTables.Table("", ["pair of tasks", "mean cosine", "lowest", "updates in conflict"], rows);
        return Markup.Of($"""
            <div class="figures">
            {Figure(
                "quick-cosines",
                "Cosines between the tasks' gradients",
                cosines,
                new ChartOptions { Unit = "cosine", Includes = [0], Reference = (0, ""), HidesNoise = true },
                "Above 0 two tasks pull the student the same way; below 0 they conflict and projection takes the conflicting part away. Means over the seeds, smoothed.")}<div>{table}<p>{Effect(report)}</p></div></div>

            """);
    }

    private static string[]? Row(QuickstartReport report, (string First, string Second) pair)
    {
        double[] cosines = Values(report, $"{MetricNames.Cosine}{pair.First}_{pair.Second}");
        double[] conflicts = Values(report, $"{MetricNames.Conflict}{pair.First}_{pair.Second}");
        return cosines.Length == 0 ? null :
        [
            $"{pair.First} and {pair.Second}",
            cosines.Average().ToString("F3", CultureInfo.InvariantCulture),
            cosines.Min().ToString("F3", CultureInfo.InvariantCulture),
            conflicts.Length == 0 ? "-" : ReportNumbers.Percent(conflicts.Average()),
        ];
    }

    /// <summary>What the projection had to do, in words.</summary>
    internal static string Effect(QuickstartReport report)
    {
        double[] before = Values(report, MetricNames.ConflictsBefore);
        double[] after = Values(report, MetricNames.ConflictsAfter);
        if (before.Length == 0 || after.Length == 0)
        {
            return "The distilled students recorded no conflicts.";
        }

        double[] share = Values(report, MetricNames.DistillationShare);
        string signals = share.Length == 0 ? "" : $" The teachers' part of an update is {ReportNumbers.Percent(share.Average())} of its length on average.";
        string effect = before.Average() < 0.05
            ? "Projection had next to nothing to do here: its update is nearly the plain sum."
            : "Projection removed what one task would have undone of another.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"An update had {before.Average():0.00} conflicting pairs of tasks on average before projection and {after.Average():0.00} after it. {effect}{signals}");
    }

    private static double[] Values(QuickstartReport report, string metric) =>
        [.. report.Curves.Where(curve => curve.Arm == QuickstartReport.Distilled).SelectMany(curve => curve.Log.Series(metric)).Select(point => point.Value).Where(double.IsFinite)];

    private static ChartSeries Series(QuickstartReport report, string arm, string metric, string label, string end, int color) => new()
    {
        Label = label,
        EndLabel = end,
        Color = color,
        Points =
        [
            .. report.Curves.Where(curve => curve.Arm == arm).SelectMany(curve => curve.Log.Series(metric)).Where(point => double.IsFinite(point.Value))
                .GroupBy(point => point.Step).OrderBy(group => group.Key).Select(group => (group.Key, group.Average(point => point.Value))),
        ],
    };

    private static Markup Figure(string id, string title, IReadOnlyList<ChartSeries> series, ChartOptions options, string caption)
    {
        ChartSeries[] shown = [.. series.Where(line => line.Points.Count > 0)];
        return shown.Length == 0 ? Markup.None : Markup.Of($"""
            <figure><h3>{title}</h3>
            <ul class="legend">{Markup.Join(shown.Select(line => Markup.Of($"""<li><i class="{Palette.ClassOf(line.Color)}"></i>{line.Label}</li>""")))}</ul>
            {LineChart.Draw(id, title, shown, options)}<figcaption>{caption}</figcaption></figure>

            """);
    }

    private static string Short(string task) => task[..Math.Min(3, task.Length)];
}
