using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using SkiaSharp;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>Draws a sheet as pixels.</summary>
internal sealed class PngSheetCanvas : ISheetCanvas, IDisposable
{
    private readonly SKBitmap _bitmap;
    private readonly SKCanvas _canvas;
    private readonly Dictionary<SheetText, FigureFont> _fonts = [];

    /// <param name="width">In points.</param>
    /// <param name="height">In points.</param>
    /// <param name="density">Pixels per point.</param>
    public PngSheetCanvas(int width, int height, int density)
    {
        _bitmap = new SKBitmap(new SKImageInfo(width * density, height * density, SKColorType.Rgba8888, SKAlphaType.Opaque));
        _canvas = new SKCanvas(_bitmap);
        _canvas.Clear(SKColors.White);
        _canvas.Scale(density);
    }

    /// <inheritdoc />
    public void Text(string text, float x, float baseline, SheetText style)
    {
        if (!_fonts.TryGetValue(style, out FigureFont? font))
        {
            _fonts.Add(style, font = SheetFonts.Create(style));
        }

        font.Draw(_canvas, text, x, baseline);
    }

    /// <inheritdoc />
    public void Picture(SKBitmap picture, SKRect place)
    {
        using (picture)
        using (SKImage image = SKImage.FromBitmap(picture))
        {
            _canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Linear));
        }
    }

    /// <inheritdoc />
    public void Bar(SKRect place)
    {
        using SKShader shader = SKShader.CreateLinearGradient(
            new SKPoint(place.Left, 0), new SKPoint(place.Right, 0), [.. HeatColors.Stops.Select(stop => new SKColor(stop.R, stop.G, stop.B))], SKShaderTileMode.Clamp);
        using SKPaint paint = new() { Shader = shader };
        _canvas.DrawRect(place, paint);
    }

    /// <summary>The bytes of a PNG file.</summary>
    public byte[] Encode()
    {
        _canvas.Flush();
        using SKPixmap pixmap = _bitmap.PeekPixels();
        return PngEncoder.Encode(pixmap);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (FigureFont font in _fonts.Values)
        {
            font.Dispose();
        }

        _canvas.Dispose();
        _bitmap.Dispose();
    }
}
