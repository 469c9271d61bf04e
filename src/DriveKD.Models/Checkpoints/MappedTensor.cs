using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints;

/// <summary>A stored tensor and the parameter whose rows it holds.</summary>
/// <param name="Entry">The tensor in the file.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="FirstRow">The first of the parameter's rows.</param>
/// <param name="Rows">How many rows; all of them unless the file splits a fused projection.</param>
public sealed record MappedTensor(TensorEntry Entry, ExpectedTensor Parameter, long FirstRow, long Rows);
