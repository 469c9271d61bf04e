namespace DriveKD.Models.Measurement.Decoding;

/// <summary>The product of one row with a matrix that lies in memory, not in a cache.</summary>
/// <param name="Name">The matrix: q_proj, gate_proj and so on.</param>
/// <param name="Format">float32, bfloat16 or int8.</param>
/// <param name="Outputs">Rows of the matrix.</param>
/// <param name="Inputs">Its columns.</param>
/// <param name="Kernels">Bytes of weights per second by the project's kernels, over a row of products.</param>
/// <param name="Libtorch">The same by libtorch; null where it has no such product.</param>
/// <param name="Share">The first over the bandwidth of the same round.</param>
public sealed record ProductFigures(string Name, string Format, int Outputs, int Inputs, Spread Kernels, Spread? Libtorch, Spread Share);
