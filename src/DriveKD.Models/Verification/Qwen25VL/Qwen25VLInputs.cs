using DriveKD.Models.Probing;
using DriveKD.Models.Qwen25VL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>What a case starts from: recorded pixels and ids. The pixels belong to the scope of the case.</summary>
/// <remarks>Shapes: P patches, X values of a patch, R image tokens, B batch, T tokens, C channels.</remarks>
internal sealed class Qwen25VLInputs(Tensor? pixels_PX, IReadOnlyList<PatchGrid> grids, SampleBatch? samples)
{
    /// <summary>The samples; null for a case of pictures alone.</summary>
    public SampleBatch? Samples { get; } = samples;

    /// <summary>Nothing to look at and nothing to read.</summary>
    public bool IsEmpty => pixels_PX is null && Samples is null;

    /// <summary>The features of all pictures [R, C], fresh; null without pictures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="probe">Taps, or null.</param>
    public Tensor? Encode(Qwen25VLModel model, Probe? probe)
    {
        if (pixels_PX is null)
        {
            return null;
        }

        using Tensor patches_RD = model.EncodePatches(pixels_PX, grids, probe);
        return probe is null ? model.Project(patches_RD) : model.Project(patches_RD, grids, probe);
    }

    /// <summary>Embeddings [B, T, C], fresh.</summary>
    /// <param name="model">The model.</param>
    /// <param name="probe">Taps, or null.</param>
    public Tensor Embed(Qwen25VLModel model, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = model.Placement.Device;
        Tensor? features_RC = Encode(model, probe);
        Tensor? mask_BT = features_RC is null ? null : Samples!.ImageMaskTensor(device);
        return model.Embed(Samples!.IdsTensor(device), mask_BT, features_RC).MoveToOuterDisposeScope();
    }

    /// <summary>Logits float32 [B, T, V], fresh, in one pass as training takes it.</summary>
    /// <param name="model">The model.</param>
    public Tensor Logits(Qwen25VLModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        return model.Logits(model.Decode(Embed(model, probe: null), Samples!.Positions())!).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
