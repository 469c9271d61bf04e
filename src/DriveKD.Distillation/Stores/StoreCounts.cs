namespace DriveKD.Distillation.Stores;

/// <summary>What came of a store since it was opened.</summary>
/// <param name="Read">Entries that were there.</param>
/// <param name="Written">Entries that were made and written.</param>
/// <param name="Damaged">Entries whose content was not what was once written, each counted once; they were made anew.</param>
/// <param name="Dropped">Entries that went because the store was full: those that nobody had read for longest.</param>
/// <param name="Bytes">What the store's files take as far as this process knows.</param>
public sealed record StoreCounts(long Read, long Written, long Damaged, long Dropped, long Bytes)
{
    /// <summary>Bytes of the entries that were written.</summary>
    public long WrittenBytes { get; init; }

    /// <summary>Entries that were not kept because each alone is larger than the store may be.</summary>
    public long TooLarge { get; init; }

    /// <summary>Bytes of the largest of them: the least that the store would have to hold.</summary>
    public long LargestBytes { get; init; }

    /// <summary>Why nothing more is kept in the folder; null while it is.</summary>
    public string? Bypassed { get; init; }
}
