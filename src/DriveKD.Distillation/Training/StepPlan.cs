using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Training;

/// <summary>What does not change from sample to sample: weights, routing, and the student layers that each signal taps.</summary>
public sealed record StepPlan
{
    /// <summary>The static weight of each loss.</summary>
    public required LossWeights Weights { get; init; }

    /// <summary>Which teachers a sample of each capability uses.</summary>
    public required MixingMatrix Mixing { get; init; }

    /// <summary>The student's decoder layers, from 0, by signal.</summary>
    public required IReadOnlyDictionary<Capability, IReadOnlyList<int>> StudentLayers { get; init; }

    /// <summary>
    /// The factor of each signal for a sample: task weight times normalised mixing weight. A signal without weight is absent, and
    /// so are the picture signals of a sample without pictures.
    /// </summary>
    /// <param name="capability">The sample's capability.</param>
    /// <param name="hasPictures">Whether the sample shows pictures.</param>
    public IReadOnlyDictionary<Capability, double> SignalWeights(Capability capability, bool hasPictures)
    {
        MixingRow row = Mixing[capability].Normalized();
        return StudentLayers.Keys
            .Where(signal => hasPictures || signal == Capability.Reasoning)
            .Select(signal => (Signal: signal, Weight: Weights[signal] * row[signal]))
            .Where(entry => entry.Weight > 0)
            .ToDictionary(entry => entry.Signal, entry => entry.Weight);
    }
}
