using DriveKD.Data.Samples;

namespace DriveKD.Evaluation.Compare;

/// <summary>How an arm does on one type of question.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Size">Training samples of each capability; null for all.</param>
/// <param name="Capability">The type's capability.</param>
/// <param name="Type">The type.</param>
/// <param name="Questions">Questions of it that each student was asked.</param>
/// <param name="Exact">The share of exact answers, mean over the seeds.</param>
/// <param name="RougeL">ROUGE-L, mean over questions and seeds.</param>
public sealed record TypeFigure(string Arm, int? Size, Capability Capability, string Type, int Questions, double Exact, double RougeL);
