namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>What is stored in one element type.</summary>
/// <param name="DType">The name as in the files: BF16, F32, ...</param>
/// <param name="Tensors">Stored tensors.</param>
/// <param name="Parameters">Values.</param>
/// <param name="Bytes">Stored bytes.</param>
public sealed record DTypeReport(string DType, int Tensors, long Parameters, long Bytes);
