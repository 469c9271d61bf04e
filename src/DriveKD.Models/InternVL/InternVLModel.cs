using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace DriveKD.Models.InternVL;

/// <summary>InternVL: a vision tower over square tiles, a projector and a Qwen2 decoder. Parameters are named as in the OpenGVLab layout.</summary>
/// <remarks>Shapes: N tiles, P tokens per tile, D the projector's inputs, C channels.</remarks>
public sealed class InternVLModel : VisionLanguageModel, ITileEncoder
{
    private readonly InternVLConfig _config;
    private readonly DecoderWithHead _decoder;

    [ComponentName(Name = "vision_model")]
    private readonly VisionTower _vision;

    [ComponentName(Name = "mlp1")]
    private readonly Projector _projector;

    [ComponentName(Name = "language_model")]
    private readonly LanguageModelNames _language;

    /// <summary>Allocates the weights without setting them.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="hasSeparateHead">false where the embedding's rows serve as head.</param>
    /// <param name="placement">Device and dtype.</param>
    public InternVLModel(InternVLConfig config, bool hasSeparateHead, Placement placement)
        : base(nameof(InternVLModel), config, placement)
    {
        _config = config;
        _vision = new VisionTower(config.Vision, placement);
        _projector = new Projector(config.ShuffledSize, config.Language.HiddenSize, placement);
        _decoder = new DecoderWithHead(config.Language, hasSeparateHead, placement);
        _language = new LanguageModelNames(_decoder);
        RegisterComponents();
    }

    private protected override DecoderWithHead Decoder => _decoder;

    /// <summary>Pictures to features.</summary>
    /// <param name="pixels_N3HW">Normalised pixels float32 [N, 3, height, width]; each side a multiple of patch size / downsample ratio.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[N, tokens per tile, C] in the model's dtype.</returns>
    public Tensor EncodeTiles(Tensor pixels_N3HW, Probe? probe = null)
    {
        using Tensor shuffled_NPD = EncodePatches(pixels_N3HW, probe);
        return ProjectTiles(shuffled_NPD, probe);
    }

    /// <inheritdoc />
    public override Tensor EncodePatches(IReadOnlyList<PicturePiece> pieces, Probe? probe = null)
    {
        using DisposeScope scope = NewDisposeScope();
        return EncodePatches(Pixels(pieces), probe).flatten(0, 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public override Tensor Project(Tensor patches_RD, Probe? probe = null)
    {
        RequireRank(patches_RD, 2, nameof(patches_RD));
        return _projector.ForwardRows(patches_RD, _config.TokensPerTile, probe);
    }

    /// <summary>Pictures through the vision tower, without the projector.</summary>
    /// <param name="pixels_N3HW">As for <see cref="EncodeTiles"/>.</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>Shuffled patches [N, tokens per tile, D] in the model's dtype, D the projector's inputs.</returns>
    public Tensor EncodePatches(Tensor pixels_N3HW, Probe? probe = null)
    {
        RequireRank(pixels_N3HW, 4, nameof(pixels_N3HW));
        int patch = _config.Vision.PatchSize;
        long unit = (long)patch * _config.PatchesPerTokenSide;
        if (pixels_N3HW.shape[1] != 3 || pixels_N3HW.shape[2] % unit != 0 || pixels_N3HW.shape[3] % unit != 0)
        {
            throw new ArgumentException(
                $"[{string.Join(", ", pixels_N3HW.shape)}] was given; 3 channels and sides that are multiples of {unit} are expected.", nameof(pixels_N3HW));
        }

        using DisposeScope scope = NewDisposeScope();
        long rows = pixels_N3HW.shape[2] / patch;
        long columns = pixels_N3HW.shape[3] / patch;
        Tensor placed = pixels_N3HW.to(Placement.DType, Placement.Device);
        Tensor tokens_NPC = _vision.Forward(placed, _config.SelectLayer, probe);
        Tensor shuffled_NPC = PixelShuffle.OfTokens(tokens_NPC, rows, columns, _config);
        probe?.RecordStage("vit.pixel_shuffle", shuffled_NPC);
        return shuffled_NPC.MoveToOuterDisposeScope();
    }

    /// <summary>What <see cref="EncodePatches(Tensor, Probe?)"/> gave, at the decoder's width.</summary>
    /// <param name="shuffled_NPD">[N, tokens per tile, D].</param>
    /// <param name="probe">Taps, or null.</param>
    /// <returns>[N, tokens per tile, C] in the model's dtype.</returns>
    public Tensor ProjectTiles(Tensor shuffled_NPD, Probe? probe = null)
    {
        RequireRank(shuffled_NPD, 3, nameof(shuffled_NPD));
        return _projector.Forward(shuffled_NPD, probe);
    }

    /// <summary>float32 [N, 3, height, width] of tiles of one size.</summary>
    internal static Tensor Pixels(IReadOnlyList<PicturePiece> tiles)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts = [.. tiles.Select(tile => tensor(tile.Values))];
        Tensor whole = parts.Length == 1 ? parts[0] : cat(parts);
        return whole.reshape(-1, 3, tiles[0].Height, tiles[0].Width).MoveToOuterDisposeScope();
    }
}
