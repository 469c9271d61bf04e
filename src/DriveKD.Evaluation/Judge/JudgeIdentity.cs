namespace DriveKD.Evaluation.Judge;

/// <summary>Who judges, and how: what a judgement depends on besides the message.</summary>
/// <param name="Endpoint">The address, or for a local folder its path and a digest of its files.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Temperature">0 as a rule; null where none is sent.</param>
/// <param name="MaxTokens">The most tokens of a reply.</param>
public sealed record JudgeIdentity(string Endpoint, string Model, double? Temperature, int MaxTokens);
