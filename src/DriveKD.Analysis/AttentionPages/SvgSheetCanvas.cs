using System.Globalization;
using System.Text;
using DriveKD.Runs.Reports.Charts;
using SkiaSharp;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>Draws a sheet as SVG: text stays text, pictures are embedded as JPEG.</summary>
internal sealed class SvgSheetCanvas(int width, int height) : ISheetCanvas
{
    private const int Quality = 88;

    private readonly StringBuilder _body = new();

    /// <inheritdoc />
    public void Text(string text, float x, float baseline, SheetText style) => _body.Append(Markup.Of(
        $"""<text x="{Number(x)}" y="{Number(baseline)}" font-size="{Number(style.Size)}" font-weight="{(style.IsBold ? "bold" : "normal")}" fill="{(style.IsPale ? SheetFonts.PaleInk : SheetFonts.Ink)}">{text}</text>""")).Append('\n');

    /// <inheritdoc />
    public void Picture(SKBitmap picture, SKRect place)
    {
        using (picture)
        using (SKPixmap pixmap = picture.PeekPixels())
        using (SKData data = pixmap.Encode(new SKJpegEncoderOptions(Quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))
            ?? throw new InvalidOperationException($"{picture.Width} x {picture.Height} pixels could not be encoded as JPEG."))
        {
            _body.Append(Markup.Of($"""<image {Place(place)} preserveAspectRatio="none" href="data:image/jpeg;base64,{Convert.ToBase64String(data.Span)}"/>""")).Append('\n');
        }
    }

    /// <inheritdoc />
    public void Bar(SKRect place) => _body.Append(Markup.Of($"""<rect {Place(place)} fill="url(#heat)"/>""")).Append('\n');

    /// <summary>The document.</summary>
    /// <param name="title">What it shows, for those who cannot see it.</param>
    public string Write(string title)
    {
        Markup stops = Markup.Join(HeatColors.Codes.Select((code, i) => Markup.Of(
            $"""<stop offset="{Number(i / (HeatColors.Stops.Count - 1f))}" stop-color="{code}"/>""")));
        return Markup.Of($"""
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="DejaVu Sans, Verdana, Arial, sans-serif" role="img" aria-labelledby="title">
            <title id="title">{title}</title>
            <defs><linearGradient id="heat">{stops}</linearGradient></defs>
            <rect width="100%" height="100%" fill="#ffffff"/>
            {new Markup(_body.ToString())}</svg>

            """).Text;
    }

    private static Markup Place(SKRect place) => Markup.Of($"""x="{Number(place.Left)}" y="{Number(place.Top)}" width="{Number(place.Width)}" height="{Number(place.Height)}" """);

    private static string Number(float value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
