namespace DriveKD.Models.InternVL;

/// <summary>The norm of a vision tower's blocks.</summary>
public enum NormKind
{
    /// <summary>LayerNorm with bias: the 300M tower.</summary>
    LayerNorm,

    /// <summary>RMSNorm without bias: the 6B tower.</summary>
    RmsNorm,
}
