namespace DriveKD.Models.Generation.Attention;

/// <summary>The attention that text tokens pay to image tokens in one decoder layer, mean over its heads.</summary>
/// <param name="Layer">The layer, from 1.</param>
/// <param name="Rows">R, the text tokens.</param>
/// <param name="Weights">float32 softmax outputs [R, V]: V image tokens in the sequence's order. What a row lacks to 1 went to text.</param>
/// <param name="Mean">[V], the mean over the rows.</param>
public sealed record TextToVisionMap(int Layer, int Rows, float[] Weights, float[] Mean);
