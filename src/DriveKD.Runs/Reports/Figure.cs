using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Reports;

/// <summary>A kind of figure: which metrics it shows, how, and what its caption says.</summary>
internal sealed record Figure
{
    /// <summary>A name for links, of letters and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>What it shows.</summary>
    public required string Title { get; init; }

    /// <summary>What it shows and how to read it, in sentences.</summary>
    public required string Caption { get; init; }

    /// <summary>Its metrics.</summary>
    public required IReadOnlyList<FigureMetric> Metrics { get; init; }

    /// <summary>How its charts are drawn; the unit is a metric's own where it has one.</summary>
    public required ChartOptions Options { get; init; }

    /// <summary>Whether each metric of one run has a chart of its own, because their sizes do not compare.</summary>
    public bool IsSplit { get; init; }

    /// <summary>Whether the best value of each line is marked.</summary>
    public bool MarksBest { get; init; }
}
