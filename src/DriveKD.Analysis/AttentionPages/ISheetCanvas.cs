using SkiaSharp;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>What a sheet of maps is drawn on; lengths in points of the sheet.</summary>
internal interface ISheetCanvas
{
    /// <summary>A line of text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="x">Left end.</param>
    /// <param name="baseline">Where the letters stand.</param>
    /// <param name="style">Its look.</param>
    void Text(string text, float x, float baseline, SheetText style);

    /// <summary>A picture; the canvas takes it over.</summary>
    /// <param name="picture">Opaque, perhaps with more pixels than points.</param>
    /// <param name="place">Where it stands.</param>
    void Picture(SKBitmap picture, SKRect place);

    /// <summary>The colour map from dark to bright.</summary>
    /// <param name="place">Where it stands.</param>
    void Bar(SKRect place);
}
