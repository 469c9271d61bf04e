using static TorchSharp.torch;

namespace DriveKD.Models.Probing;

/// <summary>How a decoder layer comes by its attention map, for those who estimate what that costs.</summary>
public static class TappedMaps
{
    /// <summary>Up to this many tokens forming every head's weights takes less time than a fused kernel's backward pass, and little memory.</summary>
    public const int MostTokensFormed = 256;

    /// <summary>Whether a causal map is made by forming every head's weights at once; else it is made block after block.</summary>
    /// <param name="dtype">The model's.</param>
    /// <param name="tokens">Of the sequence.</param>
    public static bool AreFormed(ScalarType dtype, long tokens) => dtype == ScalarType.Float32 && tokens <= MostTokensFormed;
}
