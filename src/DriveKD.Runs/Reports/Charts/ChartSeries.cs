namespace DriveKD.Runs.Reports.Charts;

/// <summary>A line of a chart.</summary>
internal sealed record ChartSeries
{
    /// <summary>Its name.</summary>
    public required string Label { get; init; }

    /// <summary>The name at the line's end, where there is little room.</summary>
    public required string EndLabel { get; init; }

    /// <summary>Its place in the palette.</summary>
    public required int Color { get; init; }

    /// <summary>Steps, rising, and values.</summary>
    public required IReadOnlyList<(long Step, double Value)> Points { get; init; }

    /// <summary>The step of its best value, to be marked.</summary>
    public long? BestStep { get; init; }
}
