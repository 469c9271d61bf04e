namespace DriveKD.Distillation.Memory;

/// <summary>One part of the memory that a run needs.</summary>
/// <param name="Name">What it is, as a message says it.</param>
/// <param name="Bytes">Estimated bytes.</param>
/// <param name="Formula">How it is computed.</param>
public sealed record MemoryPart(string Name, double Bytes, string Formula)
{
    /// <summary>Whether it lies in the process's memory, whatever device computes.</summary>
    public bool IsOnHost { get; init; }
}
