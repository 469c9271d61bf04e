namespace DriveKD.Runs.Metrics;

/// <summary>The content of a <c>metrics.jsonl</c>.</summary>
public sealed record MetricsLog
{
    /// <summary>The whole lines, their steps rising.</summary>
    public required IReadOnlyList<MetricsRow> Rows { get; init; }

    /// <summary>
    /// The last line where its line end is missing: the process was killed while it wrote. Null where the file ends with a whole line.
    /// </summary>
    public string? TornLine { get; init; }

    /// <summary>A metric over the steps that have it.</summary>
    /// <param name="name">The metric's name, for example <c>loss.ce</c>.</param>
    public IReadOnlyList<(long Step, double Value)> Series(string name) =>
        [.. from row in Rows where row.Values.ContainsKey(name) select (row.Step, row.Values[name])];
}
