namespace DriveKD.Models.Measurement.Decoding;

/// <summary>A prompt through the whole decoder.</summary>
/// <param name="Format">float32 or bfloat16.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Seconds">Until the logits of its last token.</param>
/// <param name="Operations">Floating-point operations in matrix products, of attention the causal half.</param>
/// <param name="Share">Operations per second over those of a product of two large matrices, measured in the same run.</param>
public sealed record PrefillFigures(string Format, int Tokens, Spread Seconds, double Operations, double Share);
