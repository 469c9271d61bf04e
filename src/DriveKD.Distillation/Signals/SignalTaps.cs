using DriveKD.Distillation.Batching;
using DriveKD.Models.Probing;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Signals;

/// <summary>What a signal reads of one forward pass; nothing else is computed for it.</summary>
internal sealed record SignalTaps
{
    /// <summary>Decoder layers, from 0, whose attention map is read, in order.</summary>
    public IReadOnlyList<int> AttentionLayers { get; init; } = [];

    /// <summary>The part of those maps that is read.</summary>
    public AttentionMapKind AttentionPart { get; init; }

    /// <summary>Hidden states that are read, in order: 0 is the embeddings, l the output of layer l (from 1).</summary>
    public IReadOnlyList<int> HiddenStates { get; init; } = [];

    /// <summary>The states after the final norm are read: the pass runs to its end.</summary>
    public bool NeedsFinalHidden { get; init; }

    /// <summary>The decoder layers that a model needs to give what is read; null where it is needed whole.</summary>
    /// <param name="taps">What is read.</param>
    public static int? DepthOf(IReadOnlyCollection<SignalTaps> taps) => taps.Any(tap => tap.NeedsFinalHidden)
        ? null
        : taps.SelectMany(tap => tap.AttentionLayers.Select(layer => layer + 1).Concat(tap.HiddenStates)).DefaultIfEmpty(0).Max();

    /// <summary>The request that serves several signals in one pass.</summary>
    /// <param name="taps">What each reads.</param>
    /// <param name="endsEarly">Whether the pass may end as soon as everything is read.</param>
    /// <param name="samples">The samples of the pass: of a map that is read in part, only those rows are formed. Null forms all.</param>
    public static ProbeRequest Request(IReadOnlyCollection<SignalTaps> taps, bool endsEarly, IReadOnlyList<EncodedSample>? samples = null) => new()
    {
        AttentionLayers = taps.SelectMany(tap => tap.AttentionLayers).ToHashSet(),
        AttentionRows = samples is null ? new Dictionary<int, IReadOnlyList<QueryRange>>() : RowsOf(taps, samples),
        HiddenStates = taps.SelectMany(tap => tap.HiddenStates).ToHashSet(),
        StopsWhenSatisfied = endsEarly && !taps.Any(tap => tap.NeedsFinalHidden),
    };

    /// <summary>The rows that are read of each layer whose map nobody reads whole: those that any sample of the batch needs.</summary>
    private static Dictionary<int, IReadOnlyList<QueryRange>> RowsOf(IReadOnlyCollection<SignalTaps> taps, IReadOnlyList<EncodedSample> samples)
    {
        Dictionary<int, IReadOnlyList<QueryRange>> rows = [];
        int length = samples.Max(sample => sample.TokenIds.Count);
        foreach (int layer in taps.SelectMany(tap => tap.AttentionLayers).Distinct())
        {
            AttentionMapKind[] parts = [.. taps.Where(tap => tap.AttentionLayers.Contains(layer)).Select(tap => tap.AttentionPart).Distinct()];
            if (!parts.Contains(AttentionMapKind.Full))
            {
                rows.Add(layer, QueryRange.Of(length, position => samples.Any(sample => parts.Any(part => AttentionPairs.Reads(part, sample.ImageMask, position)))));
            }
        }

        return rows;
    }
}
