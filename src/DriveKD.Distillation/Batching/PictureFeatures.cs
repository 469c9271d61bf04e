using DriveKD.Data.Samples;
using DriveKD.Distillation.Stores;
using DriveKD.Distillation.Training;
using DriveKD.Models.InternVL;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// What the vision towers make of pictures. The output of a frozen tower, before the projector, is kept per picture up to a limit and shared
/// by all models whose towers are equal. Pictures go through the tower in groups that are the same in every order of training, or alone, so
/// that results depend neither on the pictures beside them nor on what is kept. Owns what it keeps. One thread at a time.
/// </summary>
/// <remarks>Shapes: N pictures, P tokens per picture, D channels before the projector, C channels.</remarks>
/// <param name="maxBytes">The most that is kept; null lets the pictures of a batch go through the tower together and keeps nothing.</param>
/// <param name="groups">The run's pictures; they go in groups where all of them, from every tower, are within the limit. Null lets each go alone.</param>
/// <param name="store">What is kept on disk besides; null for nothing. Without a limit it is not looked at.</param>
internal sealed class PictureFeatures(long? maxBytes, PictureGroups? groups = null, FeatureStore? store = null) : IDisposable
{
    private readonly Dictionary<InternVLModel, string> _towers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Tower, string Picture), Tensor> _kept_PD = [];
    private readonly Dictionary<InternVLModel, bool> _fits = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, long> _promised = new(StringComparer.Ordinal);
    private long _aloneBytes;

    /// <summary>Told where the time goes; null where nobody asks.</summary>
    public PhaseClock? Clock { get; set; }

    /// <summary>What is kept, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many pictures are kept.</summary>
    public int Count => _kept_PD.Count;

    /// <summary>A model's features of a batch's pictures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The batch, on the model's device.</param>
    /// <returns>[N, P, C], with gradient history where tower or projector are trained; null without pictures.</returns>
    public Tensor? Of(InternVLModel model, SampleBatch batch)
    {
        if (!batch.HasPictures)
        {
            return null;
        }

        using IDisposable? phase = Clock?.Enter(StepPhase.Vision);
        if (maxBytes is null || !model.HasFrozenTower)
        {
            return model.EncodeImages(batch.Pixels_N3SS(model.Config.TileSize));
        }

        using DisposeScope scope = NewDisposeScope();
        return model.Project(Tower(model, batch)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor features in _kept_PD.Values)
        {
            features.Dispose();
        }

        _kept_PD.Clear();
        Bytes = 0;
    }

    private Tensor Tower(InternVLModel model, SampleBatch batch)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        string tower = NameOf(model);
        List<Tensor> features_PD = [];
        foreach (EncodedSample sample in batch.Samples.Where(sample => sample.HasPictures))
        {
            // Pictures beyond the question's placeholders have no place in the sequence, and no pixels.
            int pictures = sample.PixelsByTileSize[model.Config.TileSize].Length / (3 * model.Config.TileSize * model.Config.TileSize);
            for (int i = 0; i < pictures; i++)
            {
                features_PD.Add(Tower(model, sample, i, sample.Source.Images[i], tower));
            }
        }

        return stack(features_PD.ToArray()).MoveToOuterDisposeScope();
    }

    private Tensor Tower(InternVLModel model, EncodedSample sample, int picture, SampleImage image, string tower)
    {
        (string Tower, string Picture) key = (tower, image.Key);
        if (_kept_PD.TryGetValue(key, out Tensor? kept))
        {
            return kept;
        }

        if (groups?.Of(key.Picture) is { Count: > 0 } group && AllFit(model))
        {
            EncodeGroup(model, key.Tower, group);
            return _kept_PD[key];
        }

        Tensor features_PD = Stored(model, tower, image) ?? Encode(model, sample, picture, tower, image);
        long bytes = features_PD.numel() * features_PD.element_size();
        // What is promised to groups is theirs, whether they came already or not.
        if (_aloneBytes + bytes + _promised.Values.Sum() <= maxBytes)
        {
            _aloneBytes += bytes;
            Bytes += bytes;
            _kept_PD.Add(key, features_PD.DetachFromDisposeScope());
        }

        return features_PD;
    }

    private Tensor Encode(InternVLModel model, EncodedSample sample, int picture, string tower, SampleImage image)
    {
        int side = model.Config.TileSize;
        int size = 3 * side * side;
        float[] pixels = sample.PixelsByTileSize[side][(picture * size)..((picture + 1) * size)];
        using Tensor flat = tensor(pixels);
        using Tensor shaped_13SS = flat.reshape(1, 3, side, side);
        using Tensor placed_13SS = shaped_13SS.to(model.Placement.Device);
        using Tensor features_1PD = model.EncodePatches(placed_13SS);
        using Tensor row_PD = features_1PD.select(0, 0);
        Tensor features_PD = row_PD.contiguous();
        store?.Put(tower, image, features_PD);
        return features_PD;
    }

    /// <summary>A picture's features from disk, where the model computes.</summary>
    private Tensor? Stored(InternVLModel model, string tower, SampleImage image)
    {
        if (store?.Find(tower, image) is not Tensor found_PD)
        {
            return null;
        }

        using Tensor local_PD = found_PD;
        return local_PD.to(model.Placement.Device, copy: true);
    }

    /// <summary>Whether all pictures of the run are within the limit, times the towers; decided by the first picture of each tower.</summary>
    private bool AllFit(InternVLModel model)
    {
        if (!_fits.TryGetValue(model, out bool fits))
        {
            long perPicture = (long)model.Config.TokensPerTile * model.Config.ShuffledSize * (model.Placement.DType == ScalarType.Float32 ? 4 : 2);
            // A tower's share is set aside when it is first used: models come in the same order in every run.
            bool isKnown = _promised.ContainsKey(NameOf(model));
            fits = isKnown || _promised.Values.Sum() + (perPicture * groups!.Count) <= maxBytes;
            if (fits && !isKnown)
            {
                _promised.Add(NameOf(model), perPicture * groups!.Count);
            }

            _fits.Add(model, fits);
        }

        return fits;
    }

    private void EncodeGroup(InternVLModel model, string tower, IReadOnlyList<SampleImage> group)
    {
        int side = model.Config.TileSize;
        using DisposeScope scope = NewDisposeScope();
        List<SampleImage> missing = [];
        foreach (SampleImage image in group)
        {
            if (Stored(model, tower, image) is Tensor found_PD)
            {
                Keep(image, found_PD);
            }
            else
            {
                missing.Add(image);
            }
        }

        if (missing.Count == 0)
        {
            return;
        }

        Tensor pixels_N3SS = tensor(PictureGroups.Pixels(missing, side)).reshape(-1, 3, side, side).to(model.Placement.Device);
        Tensor features_NPD = model.EncodePatches(pixels_N3SS);
        for (int i = 0; i < missing.Count; i++)
        {
            Tensor features_PD = features_NPD.select(0, i).clone();
            store?.Put(tower, missing[i], features_PD);
            Keep(missing[i], features_PD);
        }

        void Keep(SampleImage image, Tensor features_PD)
        {
            Bytes += features_PD.numel() * features_PD.element_size();
            _kept_PD.Add((tower, image.Key), features_PD.DetachFromDisposeScope());
        }
    }

    /// <summary>Equal for models whose towers compute the same: a hash over weights and shape.</summary>
    private string NameOf(InternVLModel model)
    {
        if (_towers.TryGetValue(model, out string? name))
        {
            return name;
        }

        name = TowerHash.Of(model.Config, model.Placement, visit =>
        {
            foreach ((string parameterName, Parameter parameter) in model.TowerParameters().OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                visit(parameterName, parameter);
            }
        });
        _towers.Add(model, name);
        return name;
    }
}
