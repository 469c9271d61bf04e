namespace DriveKD.Models.Measurement.Decoding;

/// <summary>One token through the whole decoder, its choice included.</summary>
/// <param name="Format">float32, bfloat16, or either with weights of 8 bits: bfloat16 + int8.</param>
/// <param name="Bytes">Weights, keys and values that a token reads.</param>
/// <param name="Kernels">Tokens per second with the project's kernels.</param>
/// <param name="Libtorch">Tokens per second by libtorch alone; null where it has no such weights.</param>
/// <param name="Share">Bytes per second with the kernels over the bandwidth of the same round.</param>
public sealed record StepFigures(string Format, long Bytes, Spread Kernels, Spread? Libtorch, Spread Share);
