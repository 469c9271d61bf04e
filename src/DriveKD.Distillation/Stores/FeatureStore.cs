using System.Globalization;
using DriveKD.Data.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Stores;

/// <summary>What frozen towers make of pictures, on disk: one entry per picture and tower.</summary>
/// <remarks>
/// Shapes: P tokens per picture, D channels before the projector. A run encodes pictures in groups of its own. On the processors tried a picture's
/// features are the same bits in every group; where they are not, runs that share a folder differ by that rounding.
/// </remarks>
/// <param name="store">Where entries are.</param>
/// <param name="pictures">Hashes of pictures.</param>
internal sealed class FeatureStore(TensorStore store, PictureHashes pictures)
{
    // Grows when the same pictures would come out otherwise: resizing, normalisation, the tower's order of operations.
    private const int Version = 1;

    /// <summary>A picture's features [P, D] on the processor, owned by the caller; null where there are none.</summary>
    /// <param name="tower">The tower's hash: weights, shape, number type.</param>
    /// <param name="image">The picture.</param>
    public Tensor? Find(string tower, SampleImage image) => store.Find(KeyOf(tower, image)) is { Count: > 0 } found ? found[0] : null;

    /// <summary>Writes a picture's features.</summary>
    /// <param name="tower">The tower's hash.</param>
    /// <param name="image">The picture.</param>
    /// <param name="features_PD">Left to the caller.</param>
    public void Put(string tower, SampleImage image, Tensor features_PD) => store.Put(KeyOf(tower, image), [features_PD]);

    private string KeyOf(string tower, SampleImage image) => TensorStore.KeyOf(
        string.Create(CultureInfo.InvariantCulture, $"features {Version} {typeof(torch).Assembly.GetName().Version}"), tower, pictures.Of(image));
}
