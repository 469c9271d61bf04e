namespace DriveKD.Models.Layers;

/// <summary>
/// How the rotary frequencies of a head are shared among the three positions of a token (multimodal rotary embedding): frequency i turns by the
/// time, the row or the column of the token.
/// </summary>
/// <param name="Time">Frequencies, from the first, that turn by time.</param>
/// <param name="Height">The next ones, that turn by the row.</param>
/// <param name="Width">The last ones, that turn by the column.</param>
public sealed record RotarySections(int Time, int Height, int Width)
{
    /// <summary>Positions of a token.</summary>
    public const int Axes = 3;

    /// <summary>All frequencies: half of a head's channels.</summary>
    public int Total => Time + Height + Width;
}
