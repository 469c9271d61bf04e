namespace DriveKD.Models.Generation;

/// <summary>How far an answer has come, while there is no text to show for it.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Tiles done, or 0.</param>
/// <param name="Total">Tiles, or tokens of the prompt.</param>
public sealed record AnswerProgress(AnswerStage Stage, int Done, int Total);
