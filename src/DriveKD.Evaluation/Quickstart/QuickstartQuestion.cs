using DriveKD.Data.Samples;

namespace DriveKD.Evaluation.Quickstart;

/// <summary>A question with its reference answer.</summary>
/// <param name="Capability">What it asks for.</param>
/// <param name="Kind">Its kind in the driving world.</param>
/// <param name="Text">The question.</param>
/// <param name="Answer">The reference answer.</param>
public sealed record QuickstartQuestion(Capability Capability, string Kind, string Text, string Answer);
