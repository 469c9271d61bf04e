using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>One accumulation window: the samples of one optimizer step.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Samples">At most the accumulation count; an epoch's last window may be shorter.</param>
public sealed record SampleWindow(int Epoch, IReadOnlyList<Sample> Samples)
{
    /// <summary>
    /// Samples before them that are run though their gradients are lost, as the released code does where an epoch ends without a step:
    /// online weighting still hears of them.
    /// </summary>
    public IReadOnlyList<Sample> Lost { get; init; } = [];

    /// <summary>Everything that is run, in order.</summary>
    public IEnumerable<Sample> Run => Lost.Concat(Samples);
}
