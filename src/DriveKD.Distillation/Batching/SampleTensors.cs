using DriveKD.Distillation.Signals;
using DriveKD.Models.InternVL;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Batching;

/// <summary>One sample on a device. Owns its tensors.</summary>
/// <remarks>Shapes: T tokens, S supervised positions, N pictures, P tokens per picture, C channels.</remarks>
internal sealed class SampleTensors : IDisposable
{
    private readonly Dictionary<int, Tensor> _pixels_N3SS = [];

    public SampleTensors(EncodedSample sample, Device device)
    {
        (long[] positions, long[] targets) = Supervision.Shift(sample.Labels);
        Ids_1T = Place([.. sample.TokenIds.Select(id => (long)id)], [1, sample.TokenIds.Count], device);
        SupervisedPositions_S = Place(positions, [positions.Length], device);
        Targets_S = Place(targets, [targets.Length], device);
        using (Tensor flags = tensor(sample.ImageMask.ToArray()))
        using (Tensor row = flags.reshape(1, -1))
        {
            ImageMask_1T = row.to(device, copy: true).DetachFromDisposeScope();
        }

        foreach ((int side, float[] pixels) in sample.PixelsByTileSize)
        {
            using Tensor flat = tensor(pixels);
            using Tensor shaped = flat.reshape(-1, 3, side, side);
            _pixels_N3SS.Add(side, shaped.to(device, copy: true).DetachFromDisposeScope());
        }
    }

    /// <summary>int64.</summary>
    public Tensor Ids_1T { get; }

    /// <summary>bool.</summary>
    public Tensor ImageMask_1T { get; }

    /// <summary>int64: positions whose next token is supervised.</summary>
    public Tensor SupervisedPositions_S { get; }

    /// <summary>int64: those next tokens.</summary>
    public Tensor Targets_S { get; }

    /// <summary>T.</summary>
    public int Length => (int)Ids_1T.shape[1];

    /// <summary>The sample shows at least one picture.</summary>
    public bool HasPictures => _pixels_N3SS.Count > 0;

    /// <summary>A model's features of the pictures: [N, P, C]; null without pictures.</summary>
    public Tensor? Features(InternVLModel model) => HasPictures ? model.EncodeImages(_pixels_N3SS[model.Config.TileSize]) : null;

    /// <summary>Token embeddings of a model with its own features of the pictures in their slots: [1, T, C].</summary>
    public Tensor Embed(InternVLModel model)
    {
        using Tensor? features_NPC = Features(model);
        return Embed(model, features_NPC);
    }

    /// <summary>Token embeddings of a model with features that were computed before: [1, T, C].</summary>
    /// <param name="model">The model.</param>
    /// <param name="features_NPC">What <see cref="Features"/> gave.</param>
    public Tensor Embed(InternVLModel model, Tensor? features_NPC) =>
        features_NPC is null ? model.Embed(Ids_1T) : model.Embed(Ids_1T, ImageMask_1T, features_NPC);

    public void Dispose()
    {
        foreach (Tensor tensor in _pixels_N3SS.Values.Append(Ids_1T).Append(ImageMask_1T).Append(SupervisedPositions_S).Append(Targets_S))
        {
            tensor.Dispose();
        }
    }

    private static Tensor Place(long[] values, long[] shape, Device device)
    {
        using Tensor flat = tensor(values, ScalarType.Int64);
        using Tensor shaped = flat.reshape(shape);
        return shaped.to(device, copy: true).DetachFromDisposeScope();
    }
}
