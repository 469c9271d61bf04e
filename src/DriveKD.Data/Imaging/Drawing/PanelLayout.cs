using SkiaSharp;

namespace DriveKD.Data.Imaging.Drawing;

/// <summary>Where the pictures of a figure stand: in columns of one width, each row as high as its highest picture.</summary>
/// <param name="Width">Of all columns, in pixels.</param>
/// <param name="Height">Of all rows with their captions, in pixels.</param>
/// <param name="Places">Of each picture, without its caption.</param>
internal sealed record PanelLayout(int Width, int Height, IReadOnlyList<SKRectI> Places)
{
    private const int WidestPicture = 640;
    private const int ManyColumnsPicture = 480;

    /// <summary>Lays out.</summary>
    /// <param name="panels">The pictures.</param>
    /// <param name="gap">Between pictures.</param>
    /// <param name="captionHeight">Below each picture.</param>
    public static PanelLayout Of(IReadOnlyList<AttentionPanel> panels, int gap, int captionHeight)
    {
        int columns = panels.Count switch
        {
            <= 3 => panels.Count,
            4 => 2,
            <= 9 => 3,
            _ => 4,
        };
        int pictureWidth = columns <= 2 ? WidestPicture : ManyColumnsPicture;
        SKRectI[] places = new SKRectI[panels.Count];
        int top = 0;
        for (int first = 0; first < panels.Count; first += columns)
        {
            int rowHeight = 0;
            for (int i = first; i < Math.Min(first + columns, panels.Count); i++)
            {
                (int width, int height) = Fit(panels[i].Image, pictureWidth);
                places[i] = SKRectI.Create((i - first) * (pictureWidth + gap), top, width, height);
                rowHeight = Math.Max(rowHeight, height);
            }

            top += rowHeight + captionHeight + (first + columns < panels.Count ? gap : 0);
        }

        return new PanelLayout((columns * pictureWidth) + ((columns - 1) * gap), top, places);
    }

    // As wide as the column; a picture higher than wide as high as the column is wide. Slivers keep a few pixels.
    private static (int Width, int Height) Fit(RgbImage image, int side)
    {
        const int Least = 8;
        double scale = (double)side / Math.Max(image.Width, image.Height);
        return (Math.Max((int)Math.Round(image.Width * scale), Least), Math.Max((int)Math.Round(image.Height * scale), Least));
    }
}
