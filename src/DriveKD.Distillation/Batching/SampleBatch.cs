using DriveKD.Data.Imaging;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// Samples of one forward pass on a device, shorter ones filled up on their right. Under a causal mask no token sees what follows it, so a
/// filled-up sample computes what it computes alone, the fused attention kernels stay in use, and what fills up gets no gradient. Owns its
/// tensors.
/// </summary>
/// <remarks>Shapes: B samples, T tokens of the longest, S supervised positions of all, R image tokens of all pictures, C channels.</remarks>
internal sealed class SampleBatch : IDisposable
{
    private readonly int[] _supervisedEnds;
    private readonly Device _device;

    /// <param name="samples">At least one.</param>
    /// <param name="device">Where the models compute.</param>
    public SampleBatch(IReadOnlyList<EncodedSample> samples, Device device)
    {
        (Samples, _device) = (samples, device);
        Length = samples.Max(sample => sample.TokenIds.Count);
        long[] ids = new long[samples.Count * Length];
        bool[] images = new bool[ids.Length];
        List<long> positions = [];
        List<long> places = [];
        List<long> targets = [];
        _supervisedEnds = new int[samples.Count];
        for (int row = 0; row < samples.Count; row++)
        {
            EncodedSample sample = samples[row];
            for (int i = 0; i < sample.TokenIds.Count; i++)
            {
                ids[(row * Length) + i] = sample.TokenIds[i];
                images[(row * Length) + i] = sample.ImageMask[i];
            }

            (long[] ownPositions, long[] ownTargets) = Supervision.Shift(sample.Labels);
            int offset = row * Length;
            positions.AddRange(ownPositions);
            places.AddRange(ownPositions.Select(position => offset + position));
            targets.AddRange(ownTargets);
            _supervisedEnds[row] = targets.Count;
        }

        Ids_BT = Place(tensor(ids, ScalarType.Int64), [samples.Count, Length]);
        ImageMask_BT = Place(tensor(images), [samples.Count, Length]);
        Positions_S = Place(tensor([.. positions], ScalarType.Int64), [positions.Count]);
        Places_S = Place(tensor([.. places], ScalarType.Int64), [places.Count]);
        Targets_S = Place(tensor([.. targets], ScalarType.Int64), [targets.Count]);
    }

    /// <summary>What it was made from.</summary>
    public IReadOnlyList<EncodedSample> Samples { get; }

    /// <summary>B.</summary>
    public int Count => Samples.Count;

    /// <summary>T.</summary>
    public int Length { get; }

    /// <summary>int64; 0 behind a sample's end.</summary>
    public Tensor Ids_BT { get; }

    /// <summary>bool: true where a sample holds an image embedding.</summary>
    public Tensor ImageMask_BT { get; }

    /// <summary>int64: positions, within their sample, whose next token is supervised; sample after sample.</summary>
    public Tensor Positions_S { get; }

    /// <summary>int64: the same as rows of a [B T, C] matrix.</summary>
    public Tensor Places_S { get; }

    /// <summary>int64: those next tokens.</summary>
    public Tensor Targets_S { get; }

    /// <summary>Any sample shows a picture.</summary>
    public bool HasPictures => Samples.Any(sample => sample.HasPictures);

    /// <summary>A sample's tokens.</summary>
    /// <param name="row">The sample.</param>
    public int LengthOf(int row) => Samples[row].TokenIds.Count;

    /// <summary>Where a sample's supervised positions lie among S.</summary>
    /// <param name="row">The sample.</param>
    public (int Start, int Count) SupervisedOf(int row)
    {
        int start = row == 0 ? 0 : _supervisedEnds[row - 1];
        return (start, _supervisedEnds[row] - start);
    }

    /// <summary>The values of all pictures, in the order of their slots.</summary>
    /// <param name="processor">How a model has its pictures.</param>
    public IReadOnlyList<PicturePiece> Pieces(PictureProcessor processor) =>
        [.. Samples.Where(sample => sample.HasPictures).SelectMany(sample => sample.Pieces[processor])];

    /// <summary>Where a model has the tokens.</summary>
    /// <param name="model">The model.</param>
    public SequencePositions PositionsFor(VisionLanguageModel model) =>
        SequencePositions.Of([.. Samples.Select(sample => model.PositionsOf(sample.ImageMask, sample.Layouts))], Length);

    /// <summary>Token embeddings of a model with features of the pictures in their slots: [B, T, C], with gradient history where the model has any.</summary>
    /// <param name="model">The model.</param>
    /// <param name="features_RC">What <see cref="PictureFeatures.Of"/> gave; null without pictures.</param>
    public Tensor Embed(VisionLanguageModel model, Tensor? features_RC) =>
        features_RC is null ? model.Embed(Ids_BT) : model.Embed(Ids_BT, ImageMask_BT, features_RC);

    public void Dispose()
    {
        foreach (Tensor tensor in (Tensor[])[Ids_BT, ImageMask_BT, Positions_S, Places_S, Targets_S])
        {
            tensor.Dispose();
        }
    }

    private Tensor Place(Tensor flat, long[] shape)
    {
        using Tensor owned = flat;
        using Tensor shaped = flat.reshape(shape);
        return shaped.to(_device, copy: true).DetachFromDisposeScope();
    }
}
