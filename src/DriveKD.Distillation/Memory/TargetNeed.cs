using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Memory;

/// <summary>The memory that one teacher takes while its targets are made ahead of a run.</summary>
public sealed record TargetNeed
{
    /// <summary>The model folder, as the recipe names it.</summary>
    public required string Folder { get; init; }

    /// <summary>What it teaches.</summary>
    public required IReadOnlyList<Capability> Capabilities { get; init; }

    /// <summary>Whether it is read layer by layer; otherwise it is loaded.</summary>
    public required bool IsStreamed { get; init; }

    /// <summary>The parts, none of them empty; what lies in the process's memory is marked.</summary>
    public required IReadOnlyList<MemoryPart> Parts { get; init; }
}
