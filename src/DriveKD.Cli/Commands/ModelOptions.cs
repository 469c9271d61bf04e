using System.CommandLine;
using DriveKD.Models.Tensors;

namespace DriveKD.Cli.Commands;

/// <summary>The options of every command that loads a model.</summary>
internal static class ModelOptions
{
    /// <summary>Where to compute.</summary>
    public static Option<string> Device() => new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N.",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => Devices.Automatic,
    };

    /// <summary>In which number format.</summary>
    public static Option<string> Precision() => new("--precision")
    {
        Description = "float32, bfloat16, or auto: the faster on this machine, tried for a moment.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Precisions.Automatic,
    };
}
