namespace DriveKD.Data.Samples.Inspection;

/// <summary>What a record file holds and what is wrong with it.</summary>
public sealed record DataInspection
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Its layout.</summary>
    public required RecordLayout Layout { get; init; }

    /// <summary>Whether nothing was found wrong: no fault in either file, nothing shared. Duplicates are shown, not judged.</summary>
    public required bool IsSound { get; init; }

    /// <summary>Records in the file, the faulty ones too.</summary>
    public required int Records { get; init; }

    /// <summary>Samples counted below: records that can be read; an unusable picture leaves a sample in the counts.</summary>
    public required int Samples { get; init; }

    /// <summary>Samples without a reference answer.</summary>
    public required int SamplesWithoutAnswer { get; init; }

    /// <summary>Samples per capability and question type.</summary>
    public required IReadOnlyList<CapabilityCount> Capabilities { get; init; }

    /// <summary>Images per sample: their number, and how many samples have it.</summary>
    public required IReadOnlyDictionary<int, int> ImagesPerSample { get; init; }

    /// <summary>Different scenes.</summary>
    public required int Scenes { get; init; }

    /// <summary>Different key frames.</summary>
    public required int Frames { get; init; }

    /// <summary>Different recorded picture paths.</summary>
    public required int Pictures { get; init; }

    /// <summary>Object tags in questions and answers, per unit of their coordinates.</summary>
    public required IReadOnlyDictionary<CoordinateUnit, int> ObjectTags { get; init; }

    /// <summary>What the reader did with sound records.</summary>
    public required IReadOnlyDictionary<RecordNotice, int> Notices { get; init; }

    /// <summary>Text lengths in Unicode characters.</summary>
    public required TextLengths Characters { get; init; }

    /// <summary>Text lengths in tokens; null without a tokenizer.</summary>
    public required TextLengths? Tokens { get; init; }

    /// <summary>Paths that lead to no usable picture; null without an image root.</summary>
    public required IReadOnlyList<UnusablePicture>? UnusablePictures { get; init; }

    /// <summary>Samples with the same question, answer and pictures.</summary>
    public required IReadOnlyList<DuplicateGroup> Duplicates { get; init; }

    /// <summary>Samples with the same question and pictures, and different answers.</summary>
    public required IReadOnlyList<DuplicateGroup> Contradictions { get; init; }

    /// <summary>What the file shares with another; null where none was given.</summary>
    public required Leakage? Leakage { get; init; }

    /// <summary>How many faults there are of each kind.</summary>
    public required IReadOnlyDictionary<RecordFaultKind, int> FaultCounts { get; init; }

    /// <summary>Every fault.</summary>
    public required IReadOnlyList<RecordFault> Faults { get; init; }
}
