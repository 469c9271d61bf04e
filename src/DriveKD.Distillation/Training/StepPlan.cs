using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Training;

/// <summary>What does not change from sample to sample: static weights, routing and signals.</summary>
internal sealed record StepPlan
{
    /// <summary>The static weight of each loss; a task with weight 0 takes no part, whatever the weighting.</summary>
    public required LossWeights Weights { get; init; }

    /// <summary>Which teachers a sample of each capability uses.</summary>
    public required MixingMatrix Mixing { get; init; }

    /// <summary>The signal of each teacher in use.</summary>
    public required IReadOnlyDictionary<Capability, ISignal> Signals { get; init; }

    /// <summary>Signals that compare pictures count as present with loss 0 where a sample has none (a quirk of the released code).</summary>
    public bool CountsAbsentPictures { get; init; }

    /// <summary>
    /// The normalised mixing share of each signal that a sample takes part in. A signal without weight or share is absent, and so are
    /// signals that compare image tokens where the sample has none.
    /// </summary>
    /// <param name="capability">The sample's capability.</param>
    /// <param name="hasPictures">Whether the sample shows pictures.</param>
    public IReadOnlyDictionary<Capability, double> SignalShares(Capability capability, bool hasPictures) =>
        Shares(capability, signal => hasPictures || !signal.NeedsPictures);

    /// <summary>The shares of signals that count as present with loss 0.</summary>
    /// <param name="capability">The sample's capability.</param>
    /// <param name="hasPictures">Whether the sample shows pictures.</param>
    public IReadOnlyDictionary<Capability, double> AbsentShares(Capability capability, bool hasPictures) =>
        Shares(capability, signal => CountsAbsentPictures && !hasPictures && signal.NeedsPictures);

    /// <summary>Whether any signal has weight for a sample.</summary>
    /// <param name="sample">The sample.</param>
    public bool IsDistilled(Sample sample) => Shares(sample.Capability, _ => true).Count > 0;

    private Dictionary<Capability, double> Shares(Capability capability, Func<ISignal, bool> includes)
    {
        MixingRow row = Mixing[capability].Normalized();
        return Signals
            .Where(entry => Weights[entry.Key] > 0 && row[entry.Key] > 0 && includes(entry.Value))
            .ToDictionary(entry => entry.Key, entry => row[entry.Key]);
    }
}
