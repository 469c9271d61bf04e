using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>What one part of a model stores.</summary>
/// <param name="Part">The part.</param>
/// <param name="Tensors">Stored tensors.</param>
/// <param name="Parameters">Values.</param>
/// <param name="Bytes">Stored bytes.</param>
public sealed record PartReport(ModelPart Part, int Tensors, long Parameters, long Bytes);
