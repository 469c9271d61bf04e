using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace DriveKD.Models.Qwen25VL;

/// <summary>Qwen2.5-VL: a vision tower over pictures of any size, a merger and a Qwen2 decoder with three positions a token.</summary>
/// <remarks>Shapes: P patches of all pictures, X values of a patch, R units (image tokens), D the merger's inputs, C channels.</remarks>
public sealed class Qwen25VLModel : VisionLanguageModel
{
    private readonly Qwen25VLConfig _config;
    private readonly DecoderWithHead _decoder;

    [ComponentName(Name = "visual")]
    private readonly Qwen25VLTower _visual;

    [ComponentName(Name = "model")]
    private readonly DecoderStack _stack;

    [ComponentName(Name = "lm_head")]
    private readonly Linear? _head;

    /// <summary>Allocates the weights without setting them.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="hasSeparateHead">false where the embedding's rows serve as head.</param>
    /// <param name="placement">Device and dtype.</param>
    public Qwen25VLModel(Qwen25VLConfig config, bool hasSeparateHead, Placement placement)
        : base(nameof(Qwen25VLModel), config, placement)
    {
        _config = config;
        _visual = new Qwen25VLTower(config.Vision, placement);
        _decoder = new DecoderWithHead(config.Language, hasSeparateHead, placement);
        (_stack, _head) = (_decoder.Stack, _decoder.Head);
        RegisterComponents();
    }

    private protected override DecoderWithHead Decoder => _decoder;

    /// <inheritdoc />
    public override Tensor EncodePatches(IReadOnlyList<PicturePiece> pieces, Probe? probe = null)
    {
        using Tensor patches_PX = Patches(pieces, _config.Vision);
        return EncodePatches(patches_PX, Grids(pieces, _config.Vision), probe);
    }

    /// <summary>Rows of patches through the vision tower, without the merger.</summary>
    /// <param name="patches_PX">Normalised values float32 [P, X], as <see cref="Qwen25VLPatches"/> orders them.</param>
    /// <param name="grids">The pictures' patches.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[R, D] in the model's dtype.</returns>
    public Tensor EncodePatches(Tensor patches_PX, IReadOnlyList<PatchGrid> grids, Probe? probe = null) => _visual.EncodePatches(patches_PX, grids, probe);

    /// <inheritdoc />
    public override Tensor Project(Tensor patches_RD, Probe? probe = null) => _visual.Merge(patches_RD, probe);

    /// <summary>As <see cref="Project(Tensor, Probe?)"/>, with the stages that a reference has in the order of its windows.</summary>
    /// <param name="patches_RD">[R, D].</param>
    /// <param name="grids">The pictures' patches.</param>
    /// <param name="probe">Taps.</param>
    internal Tensor Project(Tensor patches_RD, IReadOnlyList<PatchGrid> grids, Probe probe) =>
        _visual.Merge(patches_RD, probe, WindowOrder.Of(grids, _config.Vision));

    /// <summary>The values of pictures as rows of patches, float32 [P, X].</summary>
    internal static Tensor Patches(IReadOnlyList<PicturePiece> pieces, Qwen25VLVisionConfig vision)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = [.. pieces.Select(piece => tensor(piece.Values))];
        Tensor whole = parts.Length == 1 ? parts[0] : cat(parts);
        return whole.reshape(-1, vision.PatchValues).MoveToOuterDisposeScope();
    }

    /// <summary>The patches of pictures.</summary>
    internal static IReadOnlyList<PatchGrid> Grids(IReadOnlyList<PicturePiece> pieces, Qwen25VLVisionConfig vision) =>
        [.. pieces.Select(piece => new PatchGrid(piece.Height / vision.PatchSize, piece.Width / vision.PatchSize))];
}
