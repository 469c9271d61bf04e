namespace DriveKD.Models.Generation;

/// <summary>Where the time of one answer went, in seconds. Loading the model is not part of it.</summary>
/// <param name="PictureSeconds">Cutting and resizing the pictures, and building the prompt.</param>
/// <param name="VisionSeconds">The vision tower and the projector.</param>
/// <param name="PrefillSeconds">The prompt through the decoder, up to the choice of the first token.</param>
/// <param name="DecodeSeconds">Every token after the first.</param>
/// <param name="FirstTokenSeconds">From the question to the first token; null where none came.</param>
/// <param name="AttentionSeconds">Reading the attention maps; 0 where none were asked for.</param>
/// <param name="NewTokens">Tokens chosen, a stop token included.</param>
public sealed record AnswerTimings(
    double PictureSeconds,
    double VisionSeconds,
    double PrefillSeconds,
    double DecodeSeconds,
    double? FirstTokenSeconds,
    double AttentionSeconds,
    int NewTokens)
{
    /// <summary>Tokens per second while decoding, the first left out; null where there was no second.</summary>
    public double? TokensPerSecond => NewTokens > 1 && DecodeSeconds > 0 ? (NewTokens - 1) / DecodeSeconds : null;
}
