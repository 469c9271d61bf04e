using DriveKD.Models.Probing;
using static TorchSharp.torch;

namespace DriveKD.Models.Families;

/// <summary>A model whose vision tower looks at square tiles of one size.</summary>
/// <remarks>Shapes: N tiles, P tokens per tile, D the projector's inputs.</remarks>
public interface ITileEncoder
{
    /// <summary>Tiles through the vision tower, without the projector.</summary>
    /// <param name="pixels_N3HW">Normalised pixels, float32.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[N, P, D] in the model's dtype.</returns>
    Tensor EncodePatches(Tensor pixels_N3HW, Probe? probe = null);
}
