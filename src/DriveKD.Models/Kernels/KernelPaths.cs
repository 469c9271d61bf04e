using System.Runtime.Intrinsics.X86;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Kernels;

/// <summary>Chooses the instructions: the widest that the processor has, unless the environment names others.</summary>
internal static class KernelPaths
{
    /// <summary>The variable of the environment: off, portable, avx2 or avx512.</summary>
    public const string Variable = "DRIVEKD_KERNELS";

    /// <summary>What this processor can run, the widest last; never <see cref="KernelPath.Off"/>.</summary>
    public static IReadOnlyList<KernelPath> Supported { get; } =
    [
        KernelPath.Portable,
        .. Avx2.IsSupported && Fma.IsSupported ? new[] { KernelPath.Avx2 } : [],
        .. Avx512F.IsSupported ? new[] { KernelPath.Avx512 } : [],
    ];

    /// <summary>Reads a choice.</summary>
    /// <param name="wanted">What the environment says; null or empty leaves it to the processor.</param>
    /// <exception cref="InputException">It names no path, or one that the processor cannot run.</exception>
    public static KernelPath Choose(string? wanted)
    {
        if (string.IsNullOrEmpty(wanted))
        {
            return Supported[^1];
        }

        KernelPath path = wanted switch
        {
            "off" => KernelPath.Off,
            "portable" => KernelPath.Portable,
            "avx2" => KernelPath.Avx2,
            "avx512" => KernelPath.Avx512,
            _ => throw new InputException(
                Variable, $"is '{wanted}'; off, portable, avx2 or avx512 is expected. Unset it to leave the choice to the processor."),
        };
        return path == KernelPath.Off || Supported.Contains(path)
            ? path
            : throw new InputException(Variable, $"is '{wanted}', which this processor cannot run. Unset it to leave the choice to the processor.");
    }
}
