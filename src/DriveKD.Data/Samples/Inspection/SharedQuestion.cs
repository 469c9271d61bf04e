namespace DriveKD.Data.Samples.Inspection;

/// <summary>A question that both files ask about the same pictures.</summary>
/// <param name="Question">The question, without image placeholders.</param>
/// <param name="Position">Its first place in the inspected file.</param>
/// <param name="OtherPosition">Its first place in the other file.</param>
public sealed record SharedQuestion(string Question, SourcePosition Position, SourcePosition OtherPosition);
