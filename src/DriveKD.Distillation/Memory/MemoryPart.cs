namespace DriveKD.Distillation.Memory;

/// <summary>One part of the memory that a run needs.</summary>
/// <param name="Name">What it is, as a message says it.</param>
/// <param name="Bytes">Estimated bytes.</param>
internal sealed record MemoryPart(string Name, double Bytes);
