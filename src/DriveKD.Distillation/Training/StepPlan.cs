using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Training;

/// <summary>What does not change from sample to sample: weights, routing and signals.</summary>
internal sealed record StepPlan
{
    /// <summary>The static weight of each loss.</summary>
    public required LossWeights Weights { get; init; }

    /// <summary>Which teachers a sample of each capability uses.</summary>
    public required MixingMatrix Mixing { get; init; }

    /// <summary>The signal of each teacher in use.</summary>
    public required IReadOnlyDictionary<Capability, ISignal> Signals { get; init; }

    /// <summary>
    /// The factor of each signal for a sample: task weight times normalised mixing weight. A signal without weight is absent, and
    /// so are signals that compare image tokens where the sample has none.
    /// </summary>
    /// <param name="capability">The sample's capability.</param>
    /// <param name="hasPictures">Whether the sample shows pictures.</param>
    public IReadOnlyDictionary<Capability, double> SignalWeights(Capability capability, bool hasPictures)
    {
        MixingRow row = Mixing[capability].Normalized();
        return Signals.Keys
            .Where(role => hasPictures || !Signals[role].NeedsPictures)
            .Select(signal => (Signal: signal, Weight: Weights[signal] * row[signal]))
            .Where(entry => entry.Weight > 0)
            .ToDictionary(entry => entry.Signal, entry => entry.Weight);
    }
}
