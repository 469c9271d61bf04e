namespace DriveKD.Analysis.Study;

/// <summary>How samples are summed up.</summary>
public sealed record StudyOptions
{
    /// <summary>The share of repetitions whose band holds the true value.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>
    /// Groups of samples that are left out one at a time for the bands of similarity, dispersion and contrast, 2 to 100. A sample's group follows from
    /// its identity. The sums of a capability take about 24 L C bytes per group, L layers and C channels.
    /// </summary>
    public int Groups { get; init; } = 20;
}
