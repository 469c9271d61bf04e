namespace DriveKD.Models.Generation.Batches;

/// <summary>The answer to one question of a batch.</summary>
/// <param name="Text">The text, special tokens left out.</param>
/// <param name="PromptTokens">Tokens of the prompt, those of the pictures included.</param>
/// <param name="NewTokens">Tokens of the answer, without the stop token.</param>
/// <param name="WasCutOff">It ended at the greatest number of tokens.</param>
public sealed record BatchAnswer(string Text, int PromptTokens, int NewTokens, bool WasCutOff);
