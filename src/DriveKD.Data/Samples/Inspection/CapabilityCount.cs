namespace DriveKD.Data.Samples.Inspection;

/// <summary>How many samples have a question type.</summary>
/// <param name="Capability">The capability that the type counts as.</param>
/// <param name="QuestionType">The type as the records name it.</param>
/// <param name="Samples">How many.</param>
public sealed record CapabilityCount(Capability Capability, string QuestionType, int Samples);
