using DriveKD.Data.Imaging.Drawing;
using ScottPlot;
using SkiaSharp;

namespace DriveKD.Analysis.Figures;

/// <summary>The font of figures for ScottPlot: that of all of the program's figures, since a machine need not have any.</summary>
internal sealed class PlotFont : IFontResolver
{
    /// <summary>What plots call it.</summary>
    public const string Name = "DriveKD figures";

    private static readonly Lazy<bool> _isKnown = new(() =>
    {
        Fonts.FontResolvers.Insert(0, new PlotFont());
        return true;
    });

    private PlotFont()
    {
    }

    /// <summary>Makes the font known.</summary>
    public static void Use() => _ = _isKnown.Value;

    /// <inheritdoc />
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? FigureFont.Typeface : null;

    /// <inheritdoc />
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? FigureFont.Typeface : null;
}
