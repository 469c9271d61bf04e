using DriveKD.Data.Imaging.Drawing;
using SkiaSharp;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>The fonts that a sheet is measured and drawn with.</summary>
internal static class SheetFonts
{
    /// <summary>The colour of most text.</summary>
    public const string Ink = "#1b1b22";

    /// <summary>The colour of numbers.</summary>
    public const string PaleInk = "#5a5a66";

    /// <summary>A font that the caller disposes of.</summary>
    public static FigureFont Create(SheetText style) => new(style.Size, SKColor.Parse(style.IsPale ? PaleInk : Ink), style.IsBold);
}
