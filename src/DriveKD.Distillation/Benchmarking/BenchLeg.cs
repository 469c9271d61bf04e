using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>One way of training, measured.</summary>
public sealed record BenchLeg
{
    /// <summary>Its key, such as warm_features.</summary>
    public required string Name { get; init; }

    /// <summary>What is measured, in words.</summary>
    public required string Explanation { get; init; }

    /// <summary>Seconds per sample of every round.</summary>
    public required IReadOnlyList<double> Rounds { get; init; }

    /// <summary>Seconds per sample of the median round, by phase.</summary>
    public required IReadOnlyDictionary<StepPhase, double> Phases { get; init; }

    /// <summary>The most memory that was resident meanwhile, models included, in bytes.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Seconds per sample: the median of the rounds.</summary>
    public double Seconds => Median(Rounds);

    /// <summary>The middle one, or the mean of the two middle ones.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
