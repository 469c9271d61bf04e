using DriveKD.Data.Samples;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>How <see cref="Qwen25VLGoldens"/> runs a folder.</summary>
public sealed record Qwen25VLGoldenOptions
{
    /// <summary>Where the models run; the processor by default. They run in float32 whatever dtype is stored.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Which cases are run, by their names CHECKPOINT/CASE, and which tables, by their files' names; all by default.</summary>
    public Func<string, bool> Wants { get; init; } = _ => true;

    /// <summary>Told which case is run, of how many.</summary>
    public IProgress<DataProgress>? Progress { get; init; }
}
