namespace DriveKD.Models.Generation.Attention;

/// <summary>A piece of a sequence as people read it.</summary>
/// <param name="Text">What it says; for a picture its number, from 1.</param>
/// <param name="Kind">What it is. A chosen piece is one token.</param>
public sealed record SequencePiece(string Text, PieceKind Kind);
