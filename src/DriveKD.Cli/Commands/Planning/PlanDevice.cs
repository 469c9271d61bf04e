using DriveKD.Data.Errors;
using DriveKD.Evaluation.Deployment;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>The device of a plan, as the command line names it.</summary>
internal sealed record PlanDevice
{
    /// <summary>A preset, or null.</summary>
    public string? Gpu { get; init; }

    /// <summary>Peak, in units of 10^12 operations per second; wins over the preset's.</summary>
    public double? Tflops { get; init; }

    /// <summary>Gigabytes per second; wins over the preset's.</summary>
    public double? Bandwidth { get; init; }

    /// <summary>Gigabytes of memory; wins over the preset's.</summary>
    public double? Memory { get; init; }

    /// <summary>The share of the peak that is reached.</summary>
    public double? Efficiency { get; init; }

    /// <summary>Bytes of memory where any is named.</summary>
    public double? MemoryBytes => Memory is double gigabytes ? 1e9 * gigabytes : Preset()?.Gigabytes * 1e9;

    /// <summary>Everything that is wrong with the device's options.</summary>
    public IEnumerable<Problem> Check()
    {
        if (Gpu is not null && Preset() is null)
        {
            yield return new Problem(
                "--gpu", $"'{Gpu}' is unknown; known are {string.Join(", ", DevicePreset.All.Select(preset => preset.Name))}. Others are described by --tflops and --bandwidth.");
        }

        if (Gpu is null && Tflops is null != Bandwidth is null)
        {
            yield return new Problem("--tflops, --bandwidth", "stand alone; times need both, or --gpu.");
        }

        foreach ((string option, double? value) in (IEnumerable<(string, double?)>)[("--tflops", Tflops), ("--bandwidth", Bandwidth), ("--device-memory", Memory)])
        {
            if (value is double number && !(number > 0 && double.IsFinite(number)))
            {
                yield return new Problem(option, $"is {number}; a number above 0 is expected.");
            }
        }

        if (Efficiency is double share && !(share > 0 && share <= 1))
        {
            yield return new Problem("--efficiency", $"is {share}; a share above 0 and up to 1 is expected.");
        }
    }

    /// <summary>The numbers that times are computed from; null where nothing was named.</summary>
    /// <param name="isFloat32">The models compute in float32.</param>
    public DeviceNumbers? Numbers(bool isFloat32)
    {
        DeviceNumbers? numbers = Preset()?.ToNumbers(isFloat32)
            ?? (Tflops is double && Bandwidth is double ? new DeviceNumbers { Name = "the device", PeakFlops = 0, Bandwidth = 0 } : null);
        return numbers is null
            ? null
            : numbers with
            {
                PeakFlops = Tflops * 1e12 ?? numbers.PeakFlops,
                Bandwidth = Bandwidth * 1e9 ?? numbers.Bandwidth,
                MemoryBytes = MemoryBytes,
                ComputeEfficiency = Efficiency ?? numbers.ComputeEfficiency,
            };
    }

    private DevicePreset? Preset() => Gpu is null ? null : DevicePreset.Find(Gpu);
}
