namespace DriveKD.Models.Generation.Attention;

/// <summary>The text tokens whose attention is averaged.</summary>
/// <param name="Positions">Ascending positions in prompt and answer, at least one, all behind the last picture.</param>
/// <param name="Description">What they are, to stand behind "mean over": <c>the answer's 5 tokens</c>.</param>
/// <param name="Word">The word that chose them, or null.</param>
/// <param name="Occurrences">How often the word stands behind the last picture; 0 without a word.</param>
public sealed record ChosenRows(IReadOnlyList<int> Positions, string Description, string? Word = null, int Occurrences = 0);
