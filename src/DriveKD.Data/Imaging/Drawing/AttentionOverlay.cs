using System.Globalization;
using SkiaSharp;

namespace DriveKD.Data.Imaging.Drawing;

/// <summary>
/// Draws attention over pictures as one PNG: the title, the pictures in columns with one colour scale, the scale itself, and the
/// question below.
/// </summary>
public static class AttentionOverlay
{
    private const int Margin = 28;
    private const int Gap = 20;
    private const int BarWidth = 22;
    private const int BarSpace = 150;
    private const int ShortestBar = 160;
    private const int LongestBar = 420;
    private const int BarLabelSpace = 90;
    private const int BarTicks = 5;
    private const int MostTitleLines = 3;
    private const int MostTextLines = 24;

    private static readonly SKColor _background = SKColors.White;
    private static readonly SKColor _ink = new(0x1B, 0x1B, 0x22);
    private static readonly SKColor _paleInk = new(0x5A, 0x5A, 0x66);
    private static readonly SKColor _tileBorder = new(0xFF, 0xFF, 0xFF, 0x70);

    /// <summary>Draws a figure.</summary>
    /// <param name="figure">What it shows.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(AttentionFigure figure)
    {
        ArgumentOutOfRangeException.ThrowIfZero(figure.Panels.Count, nameof(figure));
        using FigureFont title = new(26, _ink, isBold: true);
        using FigureFont label = new(17, _ink);
        using FigureFont small = new(14, _paleInk);
        using FigureFont text = new(19, _ink);

        PanelLayout layout = PanelLayout.Of(figure.Panels, Gap, (int)(label.LineHeight + small.LineHeight + 8));
        int width = layout.Width + BarSpace + (2 * Margin);
        int textWidth = width - (2 * Margin);
        IReadOnlyList<string> titleLines = title.Wrap(figure.Title, textWidth, MostTitleLines);
        List<string> textLines = [.. text.Wrap("Question: " + figure.Question, textWidth, MostTextLines)];
        if (figure.Answer is not null)
        {
            textLines.AddRange(text.Wrap("Answer: " + figure.Answer, textWidth, MostTextLines));
        }

        int panelsTop = Margin + (int)(titleLines.Count * title.LineHeight) + 12;
        int barHeight = Math.Clamp(layout.Places[0].Height, ShortestBar, LongestBar);
        int textTop = panelsTop + Math.Max(layout.Height, barHeight + BarLabelSpace) + Gap;
        int height = textTop + (int)(textLines.Count * text.LineHeight) + Margin;
        ColorScale scale = ColorScale.Of(figure.Panels.Select(panel => panel.Map));

        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(_background);
            DrawLines(canvas, title, titleLines, Margin);
            for (int i = 0; i < figure.Panels.Count; i++)
            {
                SKRectI place = layout.Places[i];
                place.Offset(Margin, panelsTop);
                DrawPanel(canvas, figure.Panels[i], scale, place, label, small);
            }

            DrawBar(canvas, scale, figure.ValueLabel, Margin + layout.Width + Gap + 8, panelsTop, barHeight, small);
            DrawLines(canvas, text, textLines, textTop);
        }

        using SKPixmap pixmap = bitmap.PeekPixels();
        return PngEncoder.Encode(pixmap);
    }

    private static void DrawLines(SKCanvas canvas, FigureFont font, IReadOnlyList<string> lines, float top)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            font.Draw(canvas, lines[i], Margin, top + (i * font.LineHeight) + (0.75f * font.LineHeight));
        }
    }

    private static void DrawPanel(SKCanvas canvas, AttentionPanel panel, ColorScale scale, SKRectI place, FigureFont label, FigureFont small)
    {
        using (SKBitmap heat = HeatPicture.Create(panel, scale, place.Width, place.Height))
        {
            canvas.DrawBitmap(heat, place.Left, place.Top, SKSamplingOptions.Default);
        }

        using SKPaint border = new() { Color = _tileBorder, StrokeWidth = 1.5f, IsAntialias = true };
        for (int column = 1; column < panel.Tiles.Columns; column++)
        {
            float x = place.Left + ((float)place.Width * column / panel.Tiles.Columns);
            canvas.DrawLine(x, place.Top, x, place.Bottom, border);
        }

        for (int row = 1; row < panel.Tiles.Rows; row++)
        {
            float y = place.Top + ((float)place.Height * row / panel.Tiles.Rows);
            canvas.DrawLine(place.Left, y, place.Right, y, border);
        }

        double sum = panel.Map.Weights.Sum(weight => (double)weight);
        string numbers = string.Create(CultureInfo.InvariantCulture, $"sum {Format(sum)}, largest {Format(panel.Map.Weights.Max())}, {panel.Map.Columns} x {panel.Map.Rows} tokens");
        float baseline = place.Bottom + label.LineHeight;
        label.Draw(canvas, label.Shorten(panel.Label, place.Width), place.Left, baseline);
        small.Draw(canvas, small.Shorten(numbers, place.Width), place.Left, baseline + small.LineHeight);
    }

    private static void DrawBar(SKCanvas canvas, ColorScale scale, string valueLabel, int left, int top, int height, FigureFont font)
    {
        for (int y = 0; y < height; y++)
        {
            (byte red, byte green, byte blue) = ColorMap.Heat.At(1f - ((y + 0.5f) / height));
            using SKPaint paint = new() { Color = new SKColor(red, green, blue) };
            canvas.DrawRect(left, top + y, BarWidth, 1, paint);
        }

        using SKPaint tick = new() { Color = _ink, StrokeWidth = 1 };
        for (int i = 0; i <= BarTicks; i++)
        {
            float share = (float)i / BarTicks;
            float y = top + ((1 - share) * (height - 1)) + 0.5f;
            string prefix = i == BarTicks && scale.IsClipped ? "≥ " : string.Empty;
            canvas.DrawLine(left + BarWidth, y, left + BarWidth + 5, y, tick);
            font.Draw(canvas, prefix + Format(float.Lerp(scale.Low, scale.High, share)), left + BarWidth + 9, y + 5);
        }

        IReadOnlyList<string> lines = font.Wrap(valueLabel, BarSpace - Gap - 8, 4);
        for (int i = 0; i < lines.Count; i++)
        {
            font.Draw(canvas, lines[i], left, top + height + ((i + 1.2f) * font.LineHeight));
        }
    }

    private static string Format(double value) =>
        value.ToString(value is > -1e-3 and < 1e-3 and not 0 ? "0.##e0" : "0.####", CultureInfo.InvariantCulture);
}
