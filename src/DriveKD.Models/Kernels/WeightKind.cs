namespace DriveKD.Models.Kernels;

/// <summary>How weights lie in memory.</summary>
internal enum WeightKind
{
    /// <summary>float32.</summary>
    Float32,

    /// <summary>bfloat16.</summary>
    BFloat16,

    /// <summary>8 bits and a scale per row.</summary>
    Int8,
}
