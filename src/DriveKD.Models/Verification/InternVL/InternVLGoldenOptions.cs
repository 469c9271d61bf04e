using DriveKD.Data.Samples;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>How <see cref="InternVLGoldens"/> runs a folder.</summary>
public sealed record InternVLGoldenOptions
{
    /// <summary>
    /// The folder that the pictures' paths are relative to. Null: data/drivelm-demo of the nearest folder above that has one; then a
    /// picture that is not there is reported as not compared, with a folder given here it is a failure.
    /// </summary>
    public string? Pictures { get; init; }

    /// <summary>Where the models run; the processor by default. They run in float32 whatever dtype is stored.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Which cases are run, by their names CHECKPOINT/CASE; all by default.</summary>
    public Func<string, bool> Wants { get; init; } = _ => true;

    /// <summary>Told which case is run, of how many.</summary>
    public IProgress<DataProgress>? Progress { get; init; }
}
