using System.Runtime.InteropServices;
using SkiaSharp;

namespace DriveKD.Data.Imaging.Drawing;

/// <summary>Draws pictures in labelled rows and columns as one PNG.</summary>
public static class ContactSheet
{
    private const int Margin = 24;
    private const int Gap = 8;
    private const int LabelWidth = 210;
    private const int MostNoteLines = 3;

    private static readonly SKColor _background = SKColors.White;
    private static readonly SKColor _ink = new(0x1B, 0x1B, 0x22);
    private static readonly SKColor _paleInk = new(0x5A, 0x5A, 0x66);
    private static readonly SKColor _plate = new(0x00, 0x00, 0x00, 0xA8);
    private static readonly SKColor _emptyPlace = new(0xEE, 0xEE, 0xF0);

    /// <summary>Draws a sheet.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="columns">What stands above each column.</param>
    /// <param name="rows">At least one; as many cells in each as there are columns.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(string title, IReadOnlyList<string> columns, IReadOnlyList<ContactSheetRow> rows)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count, nameof(rows));
        using FigureFont titleFont = new(24, _ink, isBold: true);
        using FigureFont label = new(18, _ink, isBold: true);
        using FigureFont small = new(14, _paleInk);
        using FigureFont overlay = new(14, SKColors.White);

        int cellWidth = rows.Max(row => row.Cells.Max(cell => cell?.Image.Width ?? 1));
        int[] heights = [.. rows.Select(row => Math.Max(row.Cells.Max(cell => cell?.Image.Height ?? 1), (int)(label.LineHeight + (MostNoteLines * small.LineHeight))))];
        int width = (2 * Margin) + LabelWidth + (columns.Count * (cellWidth + Gap));
        IReadOnlyList<string> titleLines = titleFont.Wrap(title, width - (2 * Margin), 3);
        float titleHeight = titleLines.Count * titleFont.LineHeight;
        int top = Margin + (int)(titleHeight + small.LineHeight) + Gap;
        int height = top + heights.Sum() + (rows.Count * Gap) + Margin;

        using SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Clear(_background);
            for (int i = 0; i < titleLines.Count; i++)
            {
                titleFont.Draw(canvas, titleLines[i], Margin, Margin + ((i + 0.75f) * titleFont.LineHeight));
            }

            for (int column = 0; column < columns.Count; column++)
            {
                small.Draw(canvas, small.Shorten(columns[column], cellWidth), Left(column, cellWidth), Margin + titleHeight + small.LineHeight);
            }

            for (int row = 0; row < rows.Count; row++)
            {
                DrawLabel(canvas, rows[row], top, label, small);
                for (int column = 0; column < columns.Count; column++)
                {
                    SKRectI place = SKRectI.Create(Left(column, cellWidth), top, cellWidth, heights[row]);
                    DrawCell(canvas, rows[row].Cells[column], place, overlay);
                }

                top += heights[row] + Gap;
            }
        }

        using SKPixmap pixmap = bitmap.PeekPixels();
        return PngEncoder.Encode(pixmap);
    }

    private static int Left(int column, int cellWidth) => Margin + LabelWidth + (column * (cellWidth + Gap));

    private static void DrawLabel(SKCanvas canvas, ContactSheetRow row, int top, FigureFont label, FigureFont small)
    {
        label.Draw(canvas, label.Shorten(row.Label, LabelWidth - Gap), Margin, top + (0.8f * label.LineHeight));
        IReadOnlyList<string> notes = row.Note.Length == 0 ? [] : small.Wrap(row.Note, LabelWidth - (2 * Gap), MostNoteLines);
        for (int i = 0; i < notes.Count; i++)
        {
            small.Draw(canvas, notes[i], Margin, top + label.LineHeight + ((i + 0.8f) * small.LineHeight));
        }
    }

    private static void DrawCell(SKCanvas canvas, ContactSheetCell? cell, SKRectI place, FigureFont overlay)
    {
        if (cell is null)
        {
            using SKPaint paint = new() { Color = _emptyPlace };
            canvas.DrawRect(place, paint);
            return;
        }

        DrawPicture(canvas, cell.Image, place.Left, place.Top);
        if (cell.Note is string note)
        {
            using SKPaint paint = new() { Color = _plate };
            float width = Math.Min(overlay.Measure(note) + (2 * Gap), cell.Image.Width);
            float bottom = place.Top + cell.Image.Height;
            canvas.DrawRect(place.Left, bottom - overlay.LineHeight - Gap, width, overlay.LineHeight + Gap, paint);
            overlay.Draw(canvas, overlay.Shorten(note, width - Gap), place.Left + Gap, bottom - Gap - 1);
        }
    }

    private static void DrawPicture(SKCanvas canvas, RgbImage image, int left, int top)
    {
        SKImageInfo info = new(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        byte[] rgba = GC.AllocateUninitializedArray<byte>(checked(4 * image.Width * image.Height), pinned: true);
        RgbaPixels.AddAlpha(image.Pixels, rgba);
        using (SKImage picture = SKImage.FromPixelCopy(info, Marshal.UnsafeAddrOfPinnedArrayElement(rgba, 0)))
        {
            canvas.DrawImage(picture, left, top, SKSamplingOptions.Default);
        }

        GC.KeepAlive(rgba);
    }
}
