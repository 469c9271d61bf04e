namespace DriveKD.Data.Samples;

/// <summary>Where a sample stands in its record file.</summary>
public sealed record SourcePosition
{
    private readonly string _path;
    private readonly int? _item;

    /// <summary>A position whose JSON path is spelt out.</summary>
    /// <param name="file">The record file.</param>
    /// <param name="index">The record's number in the file.</param>
    /// <param name="jsonPath">Its place in the file.</param>
    public SourcePosition(string file, int index, string jsonPath) => (File, Index, _path) = (file, index, jsonPath);

    // The path is joined when it is asked for: a file of 400,000 questions holds a few thousand lists.
    internal SourcePosition(string file, int index, string listPath, int item)
        : this(file, index, listPath) => _item = item;

    /// <summary>The record file.</summary>
    public string File { get; }

    /// <summary>The record's number in the file, from 0, in reading order; faulty records count.</summary>
    public int Index { get; }

    /// <summary>Its place in the file, for example <c>$[3]</c> or <c>$.scene.key_frames.frame.QA.planning[0]</c>.</summary>
    public string JsonPath => _item is int item ? Json.JsonPath.Item(_path, item) : _path;

    /// <inheritdoc />
    public bool Equals(SourcePosition? other) =>
        other is not null && File == other.File && Index == other.Index && JsonPath == other.JsonPath;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(File, Index);

    /// <inheritdoc />
    public override string ToString() => $"{File}, sample {Index} ({JsonPath})";
}
