namespace DriveKD.Evaluation.Statistics;

/// <summary>How a bootstrap is drawn.</summary>
public sealed record BootstrapOptions
{
    /// <summary>How many resamples: 10,000 settle the ends of a 95 % interval to about a fiftieth of its width.</summary>
    public int Resamples { get; init; } = 10_000;

    /// <summary>Decides every draw.</summary>
    public long Seed { get; init; } = 42;

    /// <summary>The share of repetitions whose interval shall hold the truth.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Refuses impossible values.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Resamples);
        Require.Confidence(Confidence);
    }
}
