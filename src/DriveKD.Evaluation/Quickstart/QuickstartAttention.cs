namespace DriveKD.Evaluation.Quickstart;

/// <summary>Where teacher and students look while they read the same question about the same picture.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Picture">The maps side by side with one colour scale, PNG.</param>
/// <param name="Question">The question.</param>
/// <param name="Reference">Its reference answer.</param>
public sealed record QuickstartAttention(string Title, byte[] Picture, string Question, string Reference);
