using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Training;

/// <summary>What a validation found.</summary>
public sealed record ValidationResult
{
    /// <summary>Mean cross-entropy of the samples of each capability that has any.</summary>
    public required IReadOnlyDictionary<Capability, double> Losses { get; init; }

    /// <summary>The share of generated answers that equal the reference, of each capability of which any was generated.</summary>
    public required IReadOnlyDictionary<Capability, double> ExactMatches { get; init; }

    /// <summary>How many samples were looked at.</summary>
    public required int Samples { get; init; }

    /// <summary>How many answers were generated.</summary>
    public required int Answers { get; init; }

    /// <summary>The mean of <see cref="Losses"/>: each capability counts the same, however many samples it has.</summary>
    public double Loss => Losses.Count == 0 ? double.NaN : Losses.Values.Average();

    /// <summary>The mean of <see cref="ExactMatches"/>.</summary>
    public double ExactMatch => ExactMatches.Count == 0 ? double.NaN : ExactMatches.Values.Average();
}
