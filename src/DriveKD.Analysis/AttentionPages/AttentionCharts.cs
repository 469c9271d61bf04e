using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>The curves over layers.</summary>
internal static class AttentionCharts
{
    public static Markup Write(AttentionReport report) => report.Layers.Count < 2 ? Markup.None : Markup.Of($"""
        <h2>Over the layers</h2>
        <div class="figures">
        {Figure(
            "share",
            "Attention that goes to pictures",
            [
                Series("teacher", "teacher", 0, report, pair => pair.Teacher.Sum),
                .. report.Student is null ? (ChartSeries[])[] : [Series("student", "student", 1, report, pair => pair.Student!.Sum)],
            ],
            new ChartOptions { Unit = "share of a row's attention", Step = Step(report), Form = ValueForm.Percent, IsNoisy = false, Includes = [0] },
            "What is missing to 100 % goes to text.")}{Distances(report)}</div>

        """);

    private static Markup Distances(AttentionReport report) => report.Student is null ? Markup.None : Markup.Of($"""
        {Figure(
            "cosine",
            "Distance by shape: 1 - cosine",
            [Series("1 - cosine", "", 2, report, pair => pair.Distance!.Cosine)],
            new ChartOptions { Unit = "1 - cosine", Step = Step(report), IsNoisy = false, Includes = [0] },
            "0: both look at the same tokens, however strongly.")}{Figure(
            "squared",
            "Distance by strength: mean squared difference",
            [Series("mean squared difference", "", 3, report, pair => pair.Distance!.MeanSquared)],
            new ChartOptions { Unit = "mean squared difference", Step = Step(report), IsNoisy = false, MayBeLogarithmic = true },
            "What the published losses lower. It grows with the weights: a layer that looks little at pictures is near in any case.")}
        """);

    private static string Step(AttentionReport report) => report.Student is null ? "layer" : "teacher's layer";

    private static ChartSeries Series(string label, string end, int color, AttentionReport report, Func<LayerPair, double> value) => new()
    {
        Label = label,
        EndLabel = end,
        Color = color,
        Points = [.. report.Layers.Select(pair => ((long)pair.Teacher.Layer, value(pair)))],
    };

    private static Markup Figure(string id, string title, IReadOnlyList<ChartSeries> series, ChartOptions options, string caption)
    {
        Markup legend = series.Count < 2 ? Markup.None : Markup.Of(
            $"""<ul class="legend">{Markup.Join(series.Select(line => Markup.Of($"""<li><i class="{Palette.ClassOf(line.Color)}"></i>{line.Label}</li>""")))}</ul>""");
        return Markup.Of($"""
            <figure><h3>{title}</h3>
            {legend}{LineChart.Draw(id, title, series, options)}<figcaption>{caption}</figcaption></figure>

            """);
    }
}
