namespace DriveKD.Data.Samples;

/// <summary>The content of a record file.</summary>
public sealed record RecordFile
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Its layout, told by its content.</summary>
    public required RecordLayout Layout { get; init; }

    /// <summary>The sound records, in the order of the file.</summary>
    public required IReadOnlyList<Sample> Samples { get; init; }

    /// <summary>Every fault, in the order of the file; empty unless faulty records were to be skipped.</summary>
    public required IReadOnlyList<RecordFault> Faults { get; init; }

    /// <summary>How many records the file holds; the faulty ones count.</summary>
    public required int RecordCount { get; init; }

    /// <summary>What was done with sound records, and how often.</summary>
    public required IReadOnlyDictionary<RecordNotice, int> Notices { get; init; }

    /// <summary>How many records were left out for their faults.</summary>
    public int LeftOutCount => RecordCount - Samples.Count;

    /// <summary>How many faults there are of each kind.</summary>
    public IReadOnlyDictionary<RecordFaultKind, int> FaultCounts =>
        Faults.CountBy(fault => fault.Kind).OrderBy(pair => pair.Key).ToDictionary();
}
