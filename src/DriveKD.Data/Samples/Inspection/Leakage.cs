namespace DriveKD.Data.Samples.Inspection;

/// <summary>What two record files share, so that one cannot test what was trained on the other.</summary>
public sealed record Leakage
{
    /// <summary>The other file.</summary>
    public required string Against { get; init; }

    /// <summary>Its layout.</summary>
    public required RecordLayout AgainstLayout { get; init; }

    /// <summary>How many of its samples were compared.</summary>
    public required int AgainstSamples { get; init; }

    /// <summary>Its faults; its faulty records are not compared.</summary>
    public required IReadOnlyList<RecordFault> AgainstFaults { get; init; }

    /// <summary>Whether both files name scenes and frames, so that these could be compared. Drive-KD's layout has none.</summary>
    public required bool ScenesComparable { get; init; }

    /// <summary>Whether the pictures' content was compared besides their paths: both files' pictures were at hand.</summary>
    public required bool ContentsCompared { get; init; }

    /// <summary>Scene tokens in both files.</summary>
    public required IReadOnlyList<string> SharedScenes { get; init; }

    /// <summary>Frame tokens in both files.</summary>
    public required IReadOnlyList<string> SharedFrames { get; init; }

    /// <summary>Pictures in both files.</summary>
    public required IReadOnlyList<SharedPicture> SharedPictures { get; init; }

    /// <summary>Questions that both files ask about the same pictures.</summary>
    public required IReadOnlyList<SharedQuestion> SharedQuestions { get; init; }

    /// <summary>Whether anything is shared.</summary>
    public bool IsFound => SharedScenes.Count + SharedFrames.Count + SharedPictures.Count + SharedQuestions.Count > 0;
}
