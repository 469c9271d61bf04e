namespace DriveKD.Models.Generation;

/// <summary>Where the time of one generation went.</summary>
/// <param name="VisionSeconds">Pictures to features.</param>
/// <param name="PrefillSeconds">The prompt through the decoder, up to the first token's logits.</param>
/// <param name="DecodeSeconds">Every token after the first.</param>
/// <param name="PromptTokens">Tokens of all prompts, padding left out.</param>
/// <param name="NewTokens">Tokens generated, stop tokens included.</param>
public sealed record GenerationTimings(double VisionSeconds, double PrefillSeconds, double DecodeSeconds, int PromptTokens, int NewTokens);
