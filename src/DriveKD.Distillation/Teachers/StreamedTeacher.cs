using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Stores;
using DriveKD.Models.Probing;
using DriveKD.Models.Streaming;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Teachers;

/// <summary>
/// Makes targets of groups of samples with a teacher of which a layer at a time is in memory. Samples and pictures go through each layer one
/// by one, so that the targets have the bits of <see cref="TeacherBank.Store"/>.
/// </summary>
/// <remarks>Shapes: P tokens of a picture, R of several, D channels before the projector, T tokens, C channels, V vocabulary.</remarks>
/// <param name="model">The teacher; left to the caller.</param>
/// <param name="signals">What it gives.</param>
/// <param name="encoder">Makes tokens and pixels.</param>
/// <param name="targets">Where targets go.</param>
/// <param name="features">Where what towers make of pictures is kept; null where it is not.</param>
/// <param name="waiting">Where samples wait between layers; left to the caller.</param>
internal sealed class StreamedTeacher(
    StreamedModel model,
    IReadOnlyDictionary<Capability, ISignal> signals,
    SampleEncoder encoder,
    TargetStore targets,
    FeatureStore? features,
    WaitingTensors waiting)
{
    private string? _tower;

    /// <summary>Makes the targets of a group.</summary>
    /// <param name="group">Samples and what is missing of them; nothing that their sequences have no place for.</param>
    /// <param name="report">Told what is done, and the work done since it was told last.</param>
    /// <param name="cancellation">Checked between samples; targets are written at the end of the group.</param>
    public void Store(IReadOnlyList<PendingSample> group, Action<string, double> report, CancellationToken cancellation)
    {
        EncodedSample[] encoded = [.. group.Select(pending => encoder.EncodeTokens(pending.Sample))];
        Dictionary<string, WaitingTensor> pictures = LookAt(encoded, report, cancellation);
        IReadOnlyList<StreamedSequence> sequences = model.Begin(group.Count, i => Begin(encoded[i], group[i].Roles, pictures), waiting, cancellation);
        foreach (WaitingTensor picture in pictures.Values)
        {
            waiting.Drop(picture);
        }

        int layers = model.Config.Language.Layers;
        model.Decode(sequences, (layer, work) => report(FormattableString.Invariant($"layer {layer} of {layers}"), work), cancellation);
        bool lacksHead = group.SelectMany(pending => pending.Roles).Any(role => signals[role].TeacherTaps.NeedsFinalHidden && !targets.HasHead(role));
        using Tensor? head_VC = lacksHead ? model.ReadHead() : null;
        for (int i = 0; i < encoded.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Write(encoded[i], group[i].Roles, sequences[i], head_VC);
        }
    }

    /// <summary>The pictures that have a place in a sequence.</summary>
    private IEnumerable<SampleImage> Placed(EncodedSample sample) =>
        sample.Source.Images.Take(sample.Layouts.Count);

    /// <summary>What the tower makes of each picture of a group, [P, D], by the picture's key.</summary>
    private Dictionary<string, WaitingTensor> LookAt(EncodedSample[] group, Action<string, double> report, CancellationToken cancellation)
    {
        using IDisposable noGrad = no_grad();
        Dictionary<string, WaitingTensor> found = new(StringComparer.Ordinal);
        List<SampleImage> missing = [];
        SampleImage[] all = [.. group.SelectMany(Placed).DistinctBy(image => image.Key)];
        if (features is not null && all.Length > 0)
        {
            _tower ??= TowerHash.Of(model.Config, model.Placement, visit => model.VisitTower(visit, cancellation));
        }

        foreach (SampleImage image in all)
        {
            if (features?.Find(_tower!, image) is Tensor kept_PD)
            {
                found.Add(image.Key, waiting.Put(kept_PD));
                report("pictures", model.Sizes.PictureWork(encoder.LayoutOf(image).Tokens));
            }
            else
            {
                missing.Add(image);
            }
        }

        model.EncodePatches(missing.Count, i => encoder.EncodePicture(missing[i], model.Config.Pictures), Keep, waiting, work => report("pictures", work), cancellation);
        return found;

        void Keep(int i, Tensor features_PD)
        {
            features?.Put(_tower!, missing[i], features_PD);
            found.Add(missing[i].Key, waiting.Put(features_PD));
        }
    }

    private SequenceStart Begin(EncodedSample sample, IReadOnlyList<Capability> roles, Dictionary<string, WaitingTensor> pictures)
    {
        Device device = model.Placement.Device;
        Tensor[] features_PD = [.. Placed(sample).Select(image => waiting.Read(pictures[image.Key], device))];
        return new SequenceStart
        {
            TokenIds = sample.TokenIds,
            Request = SignalTaps.Request([.. roles.Select(role => signals[role].TeacherTaps)], endsEarly: true, [sample]),
            ImageMask_1T = features_PD.Length == 0 ? null : tensor(sample.ImageMask.ToArray()).unsqueeze(0).to(device),
            Patches_RD = features_PD.Length == 0 ? null : cat(features_PD),
            Positions = model.Config.PositionsOf(sample.ImageMask, sample.Layouts),
        };
    }

    private void Write(EncodedSample sample, IReadOnlyList<Capability> roles, StreamedSequence sequence, Tensor? head_VC)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Device device = model.Placement.Device;
        using SampleBatch batch = new([sample], device);
        using Probe probe = sequence.TakeProbe(device);
        using BatchView view = new(probe, batch, head_VC, sequence.TakeFinal(device));
        foreach (Capability role in roles)
        {
            targets.Put(sample.Source, role, sample.ImageMask, signals[role].TargetsOf(view)[0]).Dispose();
        }
    }
}
