namespace DriveKD.Evaluation.Quickstart;

/// <summary>A test question with what every model made of it.</summary>
/// <param name="Question">The question.</param>
/// <param name="Picture">Its picture, PNG.</param>
/// <param name="Given">The models' answers, in the same order for every question.</param>
public sealed record QuickstartAnswers(QuickstartQuestion Question, byte[] Picture, IReadOnlyList<QuickstartAnswer> Given);
