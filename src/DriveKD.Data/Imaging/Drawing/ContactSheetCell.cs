namespace DriveKD.Data.Imaging.Drawing;

/// <summary>One picture of a contact sheet.</summary>
/// <param name="Image">Drawn pixel by pixel: shrink it first.</param>
/// <param name="Note">Written over its lower left corner; null for nothing.</param>
public sealed record ContactSheetCell(RgbImage Image, string? Note);
