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

    /// <summary>
    /// The same window with samples of like length in each forward pass, so that little is padded. A window's gradient is a sum: only the order
    /// of its rounding depends on it. A window of a single pass stays as it is, and so does one whose samples run alone: each draws its own order
    /// of tasks.
    /// </summary>
    /// <param name="lengthOf">Tokens of a sample.</param>
    /// <param name="batch">Samples of a forward pass.</param>
    public SampleWindow ByLength(Func<Sample, int> lengthOf, int batch) =>
        batch > 1 && Samples.Count > batch ? this with { Samples = [.. Samples.OrderBy(lengthOf)] } : this;
}
