using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace DriveKD.Analysis.Figures;

/// <summary>Draws a <see cref="CurveFigure"/> for papers and pages: dark ink on white, PNG or SVG.</summary>
public static class CurvePlot
{
    private const int Width = 960;
    private const int Height = 420;
    private const float LegendSize = 12;
    private const float LabelSize = 14;
    private const float TitleSize = 16;
    private const int LongestLabel = 44;

    // Of a PNG over the SVG's size, so that it is sharp on paper.
    private const int Scale = 2;

    private const byte BandAlpha = 40;

    // Okabe and Ito's colours, which people with colour blindness tell apart.
    private static readonly Color[] _palette =
    [
        Color.FromHex("#0072B2"), Color.FromHex("#D55E00"), Color.FromHex("#009E73"), Color.FromHex("#CC79A7"), Color.FromHex("#E69F00"), Color.FromHex("#56B4E9"),
    ];

    private static readonly LinePattern[] _dashes = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    /// <summary>A PNG file.</summary>
    /// <param name="figure">What is drawn.</param>
    public static byte[] Png(CurveFigure figure)
    {
        using Plot plot = Draw(figure);
        plot.ScaleFactor = Scale;
        return plot.GetImageBytes(Width * Scale, Height * Scale, ImageFormat.Png);
    }

    /// <summary>An SVG file.</summary>
    /// <param name="figure">What is drawn.</param>
    public static string Svg(CurveFigure figure)
    {
        using Plot plot = Draw(figure);
        return plot.GetSvgXml(Width, Height);
    }

    private static Plot Draw(CurveFigure figure)
    {
        PlotFont.Use();
        Plot plot = new();
        plot.Font.Set(PlotFont.Name);
        plot.Title(figure.Title, TitleSize);
        plot.XLabel(figure.Across, LabelSize);
        plot.YLabel(Wrapped(figure.Up), LabelSize);
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        plot.Grid.MajorLineColor = Colors.Black.WithAlpha(20);
        foreach (FigureLine line in figure.Lines.OrderBy(line => line.IsPublished ? 0 : 1))
        {
            Add(plot, line);
        }

        if (figure.Limits is (double low, double high))
        {
            plot.Axes.SetLimitsY(low, high);
        }

        plot.Legend.FontSize = LegendSize;
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    /// <summary>Broken at a space where it is longer than the axis.</summary>
    private static string Wrapped(string label)
    {
        int space = label.Length <= LongestLabel ? -1 : label.LastIndexOf(' ', LongestLabel);
        return space < 0 ? label : $"{label[..space]}\n{label[(space + 1)..]}";
    }

    private static void Add(Plot plot, FigureLine line)
    {
        Color color = line.IsPublished ? Colors.Gray : _palette[line.Color % _palette.Length];
        FigurePoint[] banded = [.. line.Points.Where(point => point.Low is not null && point.High is not null)];
        if (banded.Length > 1)
        {
            FillY band = plot.Add.FillY([.. banded.Select(point => point.X)], [.. banded.Select(point => point.Low!.Value)], [.. banded.Select(point => point.High!.Value)]);
            band.FillColor = color.WithAlpha(BandAlpha);
            band.LineWidth = 0;
        }

        Scatter curve = plot.Add.Scatter(line.Points.Select(point => point.X).ToArray(), line.Points.Select(point => point.Y).ToArray());
        curve.Color = color;
        // Of published curves only some points are known: dots join them.
        curve.LineWidth = line.IsPublished ? 1 : 2;
        curve.LinePattern = line.IsPublished ? LinePattern.Dotted : _dashes[line.Dash % _dashes.Length];
        curve.MarkerSize = line.Points.Count > 1 ? 4 : 8;
        curve.LegendText = line.Name;
    }
}
