namespace DriveKD.Evaluation.Judge;

/// <summary>A reply that was paid for.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsCutOff">It reached the greatest number of tokens.</param>
/// <param name="InputTokens">Tokens sent.</param>
/// <param name="OutputTokens">Tokens received.</param>
public sealed record CachedReply(string Text, bool IsCutOff, long InputTokens, long OutputTokens);
