using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>One accumulation window: the samples of one optimizer step.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Samples">At most the accumulation count; an epoch's last window may be shorter.</param>
public sealed record SampleWindow(int Epoch, IReadOnlyList<Sample> Samples);
