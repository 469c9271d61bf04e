using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>A report's maps over pictures that were shrunk once, and the colour scales of its layers.</summary>
internal sealed class ShownMaps
{
    private readonly IReadOnlyList<RgbImage> _pictures;

    /// <param name="report">The report.</param>
    /// <param name="longestSide">Of the shown pictures, in pixels; smaller ones stay.</param>
    public ShownMaps(AttentionReport report, int longestSide)
    {
        _pictures = [.. report.Sequence.Question.Pictures.Select(picture => Shrink(picture.Image, longestSide))];
        Layers = [.. report.Layers.Select(pair => (IReadOnlyList<IReadOnlyList<AttentionPanel>>)[.. pair.Sides.Select(Panels)])];
        Scales = [.. Layers.Select(sides => ColorScale.Of(sides.SelectMany(panels => panels).Select(panel => panel.Map)))];
        Common = ColorScale.Of(Layers.SelectMany(sides => sides).SelectMany(panels => panels).Select(panel => panel.Map));
    }

    /// <summary>Per layer, per model: the panels of all pictures, a tiled picture's thumbnail behind its tiles.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<AttentionPanel>>> Layers { get; }

    /// <summary>One scale for each layer, of all models.</summary>
    public IReadOnlyList<ColorScale> Scales { get; }

    /// <summary>One scale for all layers.</summary>
    public ColorScale Common { get; }

    /// <summary>The pictures that panels are laid over, one for each panel.</summary>
    public IReadOnlyList<AttentionPanel> Columns => Layers[0][0];

    /// <summary>The greatest weight that a scale shows, with a sign where some lie above it.</summary>
    public static string HighEnd(ColorScale scale) => (scale.IsClipped ? "≥ " : "") + AttentionWords.Number(scale.High);

    private IReadOnlyList<AttentionPanel> Panels(LayerMaps maps) =>
    [
        .. maps.Pictures.SelectMany((picture, i) => AttentionPanel.FromTokens(
            _pictures[i], PictureLabel.Of(i, picture.Picture.Name), picture.Layout, picture.Weights)),
    ];

    private static RgbImage Shrink(RgbImage image, int longestSide)
    {
        double scale = Math.Min(1, (double)longestSide / Math.Max(image.Width, image.Height));
        return scale == 1 ? image : BicubicResizer.Resize(
            image, Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
    }
}
