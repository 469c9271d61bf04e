namespace DriveKD.Data.Imaging.Drawing;

/// <summary>One row of a contact sheet.</summary>
/// <param name="Label">What its pictures are.</param>
/// <param name="Note">More about them, in small letters; empty where there is nothing to say.</param>
/// <param name="Cells">The pictures, one per column; null leaves a place empty.</param>
public sealed record ContactSheetRow(string Label, string Note, IReadOnlyList<ContactSheetCell?> Cells);
