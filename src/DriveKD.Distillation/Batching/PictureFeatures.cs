using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Stores;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// What the vision towers make of pictures. The output of a frozen tower, before the projector, is kept per picture up to a limit and shared
/// by all models whose towers are equal. Pictures go through the tower in groups that are the same in every order of training, or alone, so
/// that results depend neither on the pictures beside them nor on what is kept. Owns what it keeps. One thread at a time.
/// </summary>
/// <remarks>Shapes: P tokens of a picture, R of several, D channels before the projector, C channels.</remarks>
/// <param name="maxBytes">The most that is kept; null lets the pictures of a batch go through the tower together and keeps nothing.</param>
/// <param name="groups">The run's pictures; they go in groups where all of them, from every tower, are within the limit. Null lets each go alone.</param>
/// <param name="store">What is kept on disk besides; null for nothing. Without a limit it is not looked at.</param>
internal sealed class PictureFeatures(long? maxBytes, PictureGroups? groups = null, FeatureStore? store = null) : IDisposable
{
    private readonly Dictionary<VisionLanguageModel, string> _towers = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string Tower, string Picture), Tensor> _kept_PD = [];
    private readonly Dictionary<VisionLanguageModel, bool> _fits = new(ReferenceEqualityComparer.Instance);
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
    /// <returns>[R, C], with gradient history where tower or projector are trained; null without pictures.</returns>
    public Tensor? Of(VisionLanguageModel model, SampleBatch batch)
    {
        if (!batch.HasPictures)
        {
            return null;
        }

        using IDisposable? phase = Clock?.Enter(StepPhase.Vision);
        if (maxBytes is null || !model.HasFrozenTower)
        {
            return model.EncodeImages(batch.Pieces(model.Config.Pictures));
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

    private Tensor Tower(VisionLanguageModel model, SampleBatch batch)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        string tower = NameOf(model);
        List<Tensor> features_PD = [];
        foreach (EncodedSample sample in batch.Samples.Where(sample => sample.HasPictures))
        {
            for (int i = 0; i < sample.Layouts.Count; i++)
            {
                features_PD.Add(Tower(model, sample, i, sample.Source.Images[i], tower));
            }
        }

        return cat(features_PD).MoveToOuterDisposeScope();
    }

    private Tensor Tower(VisionLanguageModel model, EncodedSample sample, int picture, SampleImage image, string tower)
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

    private Tensor Encode(VisionLanguageModel model, EncodedSample sample, int picture, string tower, SampleImage image)
    {
        using Tensor made_PD = model.EncodePatches([sample.Pieces[model.Config.Pictures][picture]]);
        Tensor features_PD = made_PD.contiguous();
        store?.Put(tower, image, features_PD);
        return features_PD;
    }

    /// <summary>A picture's features from disk, where the model computes.</summary>
    private Tensor? Stored(VisionLanguageModel model, string tower, SampleImage image)
    {
        if (store?.Find(tower, image) is not Tensor found_PD)
        {
            return null;
        }

        using Tensor local_PD = found_PD;
        return local_PD.to(model.Placement.Device, copy: true);
    }

    /// <summary>Whether all pictures of the run are within the limit, times the towers; decided by the first picture of each tower.</summary>
    private bool AllFit(VisionLanguageModel model)
    {
        if (!_fits.TryGetValue(model, out bool fits))
        {
            long all = groups!.Tokens(model.Config.Pictures) * model.Config.ProjectorInputs * (model.Placement.DType == ScalarType.Float32 ? 4 : 2);
            // A tower's share is set aside when it is first used: models come in the same order in every run.
            bool isKnown = _promised.ContainsKey(NameOf(model));
            fits = isKnown || _promised.Values.Sum() + all <= maxBytes;
            if (fits && !isKnown)
            {
                _promised.Add(NameOf(model), all);
            }

            _fits.Add(model, fits);
        }

        return fits;
    }

    private void EncodeGroup(VisionLanguageModel model, string tower, IReadOnlyList<SampleImage> group)
    {
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

        PictureProcessor processor = model.Config.Pictures;
        IReadOnlyList<PicturePiece> pieces = PictureGroups.Pieces(missing, processor);
        Tensor features_RD = model.EncodePatches(pieces);
        long start = 0;
        for (int i = 0; i < missing.Count; i++)
        {
            int tokens = processor.TokensOf(pieces[i].Width, pieces[i].Height);
            Tensor features_PD = features_RD.narrow(0, start, tokens).clone();
            start += tokens;
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
    private string NameOf(VisionLanguageModel model)
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
