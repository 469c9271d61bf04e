namespace DriveKD.Models.Kernels;

/// <summary>Which instructions the project's own kernels use.</summary>
public enum KernelPath
{
    /// <summary>None: libtorch computes everything.</summary>
    Off,

    /// <summary>Vectors of whatever width .NET finds.</summary>
    Portable,

    /// <summary>256 bits with fused multiply-add.</summary>
    Avx2,

    /// <summary>512 bits.</summary>
    Avx512,
}
