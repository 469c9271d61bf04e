using System.Globalization;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Runs.Reports;
using SkiaSharp;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>
/// The maps of a report on one sheet: a row for every layer, a column for every picture, teacher and student beside each other in it. The
/// more columns, the smaller the pictures, so that a sheet of many layers stays one that can be opened.
/// </summary>
public sealed class AttentionSheet
{
    private const int Margin = 24;
    private const int LabelWidth = 172;
    private const int Gap = 14;
    private const int PairGap = 4;
    private const int RowGap = 10;
    private const int BarHeight = 8;
    private const int BarWidth = 120;
    private const int MostTextLines = 6;
    private const int NoteHeight = 16;
    private const int LeastRowHeight = 76;
    private const int LeastWidth = 640;

    // All columns together are about as wide as a page of print at 200 dots an inch.
    private const int ColumnsWidth = 2000;
    private const int WidestCell = 260;
    private const int NarrowestCell = 60;

    // Twice the pixels where that is no more than this many.
    private const long DensePixels = 12_000_000;

    private readonly AttentionReport _report;
    private readonly ShownMaps _maps;
    private readonly IReadOnlyList<(int Width, int Height)> _cells;
    private readonly IReadOnlyList<int> _lefts;
    private readonly IReadOnlyList<string> _title;
    private readonly IReadOnlyList<string> _text;
    private readonly int _width;
    private readonly int _height;
    private readonly int _rowHeight;
    private readonly int _rowsTop;
    private readonly int _density;

    /// <summary>Lays the sheet out.</summary>
    /// <param name="report">What it shows.</param>
    public AttentionSheet(AttentionReport report)
    {
        _report = report;
        int sides = report.Models.Count();
        int pictures = report.Layers[0].Teacher.Pictures.Sum(picture => picture.Layout.HasThumbnail ? 2 : 1);
        int cell = Math.Clamp(ColumnsWidth / (sides * pictures), NarrowestCell, WidestCell);
        _maps = new ShownMaps(report, 2 * cell);
        _cells = [.. _maps.Columns.Select(panel => Fit(panel.Image, cell))];
        _rowHeight = Math.Max(LeastRowHeight, _cells.Max(size => size.Height) + NoteHeight) + RowGap;
        List<int> lefts = [];
        int left = Margin + LabelWidth;
        foreach ((int width, int _) in _cells)
        {
            lefts.Add(left);
            left += (sides * width) + ((sides - 1) * PairGap) + Gap;
        }

        _lefts = lefts;
        _width = Math.Max(LeastWidth, left - Gap + Margin);
        using FigureFont title = SheetFonts.Create(SheetText.Title);
        using FigureFont body = SheetFonts.Create(SheetText.Body);
        int textWidth = _width - (2 * Margin);
        _title = title.Wrap(AttentionWords.Title(report), textWidth, 2);
        _text =
        [
            .. body.Wrap("Question: " + report.Sequence.Question.Text.Trim(), textWidth, MostTextLines),
            .. body.Wrap("Answer: " + report.Sequence.Answer.Trim(), textWidth, MostTextLines),
            .. body.Wrap(AttentionWords.Meaning(report) + ". Each layer's colours end at the weight given beside it; under each map the picture's share of the attention.", textWidth, MostTextLines),
        ];
        _rowsTop = Margin + (int)(_title.Count * title.LineHeight) + 48;
        _height = _rowsTop + (report.Layers.Count * _rowHeight) + 8 + (int)(_text.Count * body.LineHeight) + Margin;
        _density = 4L * _width * _height <= DensePixels ? 2 : 1;
    }

    /// <summary>The sheet as the bytes of a PNG file.</summary>
    public byte[] DrawPng()
    {
        using PngSheetCanvas canvas = new(_width, _height, _density);
        Draw(canvas);
        return canvas.Encode();
    }

    /// <summary>The sheet as an SVG document: text stays text.</summary>
    public string DrawSvg()
    {
        SvgSheetCanvas canvas = new(_width, _height);
        Draw(canvas);
        return canvas.Write($"{AttentionWords.Title(_report)}. {AttentionWords.Meaning(_report)}.");
    }

    private static (int Width, int Height) Fit(RgbImage image, int side)
    {
        double scale = (double)side / Math.Max(image.Width, image.Height);
        return (Math.Max(8, (int)Math.Round(image.Width * scale)), Math.Max(8, (int)Math.Round(image.Height * scale)));
    }

    private void Draw(ISheetCanvas canvas)
    {
        using FigureFont title = SheetFonts.Create(SheetText.Title);
        using FigureFont body = SheetFonts.Create(SheetText.Body);
        Lines(canvas, _title, title, SheetText.Title, Margin);
        DrawHeads(canvas);
        for (int row = 0; row < _report.Layers.Count; row++)
        {
            int top = _rowsTop + (row * _rowHeight);
            DrawLabel(canvas, row, top);
            DrawRow(canvas, row, top);
        }

        Lines(canvas, _text, body, SheetText.Body, _rowsTop + (_report.Layers.Count * _rowHeight) + 8);
    }

    private static void Lines(ISheetCanvas canvas, IReadOnlyList<string> lines, FigureFont font, SheetText style, float top)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            canvas.Text(lines[i], Margin, top + ((i + 0.75f) * font.LineHeight), style);
        }
    }

    private void DrawHeads(ISheetCanvas canvas)
    {
        using FigureFont head = SheetFonts.Create(SheetText.Head);
        using FigureFont note = SheetFonts.Create(SheetText.Note);
        AttentionModel[] models = [.. _report.Models];
        for (int column = 0; column < _cells.Count; column++)
        {
            int width = _cells[column].Width;
            int pairWidth = (models.Length * width) + ((models.Length - 1) * PairGap);
            canvas.Text(head.Shorten(_maps.Columns[column].Label, pairWidth), _lefts[column], _rowsTop - 24, SheetText.Head);
            for (int side = 0; side < models.Length; side++)
            {
                canvas.Text(note.Shorten(models[side].Name, width), _lefts[column] + (side * (width + PairGap)), _rowsTop - 7, SheetText.Note);
            }
        }
    }

    private void DrawLabel(ISheetCanvas canvas, int row, int top)
    {
        LayerPair pair = _report.Layers[row];
        ColorScale scale = _maps.Scales[row];
        canvas.Text(string.Create(CultureInfo.InvariantCulture, $"layer {pair.Teacher.Layer} of {_report.Teacher.Layers}"), Margin, top + 12, SheetText.Head);
        if (pair.Student is not null)
        {
            canvas.Text(string.Create(CultureInfo.InvariantCulture, $"beside {pair.Student.Layer} of {_report.Student!.Layers}"), Margin, top + 27, SheetText.Note);
        }

        canvas.Bar(SKRect.Create(Margin, top + 33, BarWidth, BarHeight));
        canvas.Text(AttentionWords.Number(scale.Low), Margin, top + 53, SheetText.Note);
        using FigureFont note = SheetFonts.Create(SheetText.Note);
        string high = ShownMaps.HighEnd(scale);
        canvas.Text(high, Margin + BarWidth - note.Measure(high), top + 53, SheetText.Note);
        if (pair.Distance is not null)
        {
            canvas.Text($"1 - cosine {AttentionWords.Number(pair.Distance.Cosine)}", Margin, top + 69, SheetText.Note);
        }
    }

    private void DrawRow(ISheetCanvas canvas, int row, int top)
    {
        IReadOnlyList<IReadOnlyList<AttentionPanel>> sides = _maps.Layers[row];
        for (int column = 0; column < _cells.Count; column++)
        {
            (int width, int height) = _cells[column];
            for (int side = 0; side < sides.Count; side++)
            {
                AttentionPanel panel = sides[side][column];
                float left = _lefts[column] + (side * (width + PairGap));
                canvas.Picture(HeatPicture.Create(panel, _maps.Scales[row], width * _density, height * _density), SKRect.Create(left, top, width, height));
                canvas.Text(ReportNumbers.Percent(panel.Map.Weights.Sum(weight => (double)weight)), left, top + height + 12, SheetText.Note);
            }
        }
    }
}
