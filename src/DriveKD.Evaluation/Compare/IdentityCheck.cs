namespace DriveKD.Evaluation.Compare;

/// <summary>Whether two arms came to the same weights, as one of them promises.</summary>
/// <param name="Arm">The arm that promises.</param>
/// <param name="Other">The arm that it shall equal.</param>
/// <param name="Size">Training samples of each capability; null for all.</param>
/// <param name="Seed">The seed.</param>
/// <param name="IsIdentical">Whether both weight files are the same, byte for byte.</param>
public sealed record IdentityCheck(string Arm, string Other, int? Size, long Seed, bool IsIdentical);
