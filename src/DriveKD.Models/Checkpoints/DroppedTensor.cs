namespace DriveKD.Models.Checkpoints;

/// <summary>A stored tensor that is left out on purpose.</summary>
/// <param name="Entry">The tensor in the file.</param>
/// <param name="Reason">Why it is not needed.</param>
public sealed record DroppedTensor(TensorEntry Entry, string Reason);
