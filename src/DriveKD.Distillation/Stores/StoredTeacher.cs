using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Stores;

/// <summary>What came of one teacher when targets were made ahead.</summary>
public sealed record StoredTeacher
{
    /// <summary>The model folder.</summary>
    public required string Folder { get; init; }

    /// <summary>What it teaches.</summary>
    public required IReadOnlyList<Capability> Capabilities { get; init; }

    /// <summary>Samples that it was run over.</summary>
    public required int Samples { get; init; }

    /// <summary>Targets that were made.</summary>
    public required int Made { get; init; }

    /// <summary>Targets that were there already.</summary>
    public required int There { get; init; }

    /// <summary>Whether it was read layer by layer; false where it was loaded, or not read at all.</summary>
    public required bool IsStreamed { get; init; }

    /// <summary>Groups of samples that went through it together, for each of which it was read once; 0 where it was not streamed.</summary>
    public required int Groups { get; init; }

    /// <summary>Bytes of memory that running it was estimated to take, without samples that wait; 0 where it was not read.</summary>
    public required double NeededBytes { get; init; }

    /// <summary>Bytes of memory that samples might take between its layers; 0 where it was not streamed.</summary>
    public required long WaitingBytes { get; init; }

    /// <summary>Seconds from its first to its last target, reading included; 0 where it was not read.</summary>
    public required double Seconds { get; init; }
}
