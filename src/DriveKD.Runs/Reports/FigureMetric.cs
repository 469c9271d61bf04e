namespace DriveKD.Runs.Reports;

/// <summary>A metric in a figure.</summary>
/// <param name="Key">Its name in metrics.jsonl.</param>
/// <param name="Label">What the figure calls it.</param>
/// <param name="EndLabel">What stands at its line's end.</param>
/// <param name="Color">Its place in the palette, where each metric has a colour.</param>
internal sealed record FigureMetric(string Key, string Label, string EndLabel, int Color)
{
    /// <summary>Its unit, where it differs from the figure's.</summary>
    public string? Unit { get; init; }

    /// <summary>What its values are divided by to come to the unit.</summary>
    public double Divisor { get; init; } = 1;
}
