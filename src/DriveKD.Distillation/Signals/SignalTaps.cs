using DriveKD.Models.Probing;

namespace DriveKD.Distillation.Signals;

/// <summary>What a signal reads of one forward pass; nothing else is computed for it.</summary>
internal sealed record SignalTaps
{
    /// <summary>Decoder layers, from 0, whose attention map is read, in order.</summary>
    public IReadOnlyList<int> AttentionLayers { get; init; } = [];

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
    public static ProbeRequest Request(IReadOnlyCollection<SignalTaps> taps, bool endsEarly) => new()
    {
        AttentionLayers = taps.SelectMany(tap => tap.AttentionLayers).ToHashSet(),
        HiddenStates = taps.SelectMany(tap => tap.HiddenStates).ToHashSet(),
        StopsWhenSatisfied = endsEarly && !taps.Any(tap => tap.NeedsFinalHidden),
    };
}
