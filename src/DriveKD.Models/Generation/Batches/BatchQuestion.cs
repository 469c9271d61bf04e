namespace DriveKD.Models.Generation.Batches;

/// <summary>A question that is answered together with others.</summary>
/// <param name="Question">Text, pictures, system text, tiles.</param>
/// <param name="PictureKeys">A key for each picture: equal keys, equal contents. What the vision tower makes of a key is kept for a while.</param>
/// <param name="Draws">Distinguishes its draws from other questions', where tokens are drawn.</param>
public sealed record BatchQuestion(Question Question, IReadOnlyList<string> PictureKeys, int Draws = 0);
