namespace DriveKD.Runs.Reports.Charts;

/// <summary>How a chart is drawn.</summary>
internal sealed record ChartOptions
{
    /// <summary>What the vertical axis measures, with its unit.</summary>
    public required string Unit { get; init; }

    /// <summary>What the horizontal axis counts.</summary>
    public string Step { get; init; } = "optimizer step";

    /// <summary>How the vertical axis spells its values.</summary>
    public ValueForm Form { get; init; } = ValueForm.Number;

    /// <summary>Whether the lines are noisy: then a smoothed line stands over a thin one.</summary>
    public bool IsNoisy { get; init; } = true;

    /// <summary>Whether of noisy lines only the smoothed ones are drawn: values that jump between a few levels would cover them.</summary>
    public bool HidesNoise { get; init; }

    /// <summary>Whether an axis with equal ratios may be chosen, where the values span more than it takes.</summary>
    public bool MayBeLogarithmic { get; init; }

    /// <summary>Values that the axis holds in any case, for example 0.</summary>
    public IReadOnlyList<double> Includes { get; init; } = [];

    /// <summary>A value with a line across the chart, and its name.</summary>
    public (double Value, string Label)? Reference { get; init; }

    /// <summary>Steps with an upright line: there the run went on after an interruption.</summary>
    public IReadOnlyList<long> Interruptions { get; init; } = [];

    /// <summary>The most bins of a line.</summary>
    public int MostBins { get; init; } = 400;

    /// <summary>Whether the span of each bin is drawn.</summary>
    public bool HasBands { get; init; } = true;
}
