namespace DriveKD.Data.Samples.Inspection;

/// <summary>Samples that ask the same question about the same pictures.</summary>
/// <param name="Question">The question.</param>
/// <param name="Positions">Where they stand.</param>
public sealed record DuplicateGroup(string Question, IReadOnlyList<SourcePosition> Positions);
