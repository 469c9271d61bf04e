using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Qwen25VL;

/// <summary>A Qwen2.5-VL model's shape, read from config.json and preprocessor_config.json.</summary>
public sealed record Qwen25VLConfig : ModelConfig
{
    /// <summary>The vision tower.</summary>
    public required Qwen25VLVisionConfig Vision { get; init; }

    /// <summary>How pictures are resized, cut and normalised.</summary>
    public required Qwen25VLImageOptions Images { get; init; }

    /// <summary>The decoder is described in a section of its own, as newer transformers write it, instead of at the root.</summary>
    public bool IsNested { get; init; }

    /// <inheritdoc />
    public override ModelFamily Family => Qwen25VLFamily.Instance;

    /// <inheritdoc />
    public override string ModelType => Qwen25VLFamily.Type;

    /// <inheritdoc />
    public override int ProjectorInputs => Vision.MergedSize;

    /// <inheritdoc />
    public override int MostTiles => 1;

    /// <inheritdoc />
    public override TowerShape Tower => new()
    {
        Width = Vision.HiddenSize,
        Layers = Vision.Layers,
        Heads = Vision.Heads,
        Intermediate = Vision.IntermediateSize,
        MlpMatrices = 3,
        PatchesPerToken = Vision.PatchesPerUnit,
        ExtraTokens = 0,
        ValuesPerPatch = Vision.PatchValues,
        WholeBlocks = Vision.FullAttentionBlocks.Count,
        WindowPatches = Vision.WindowSide * Vision.WindowSide * Vision.PatchesPerUnit,
        HasQkvBias = true,
        EmbeddingParameters = (long)Vision.HiddenSize * Vision.PatchValues,
        ProjectorHidden = Vision.MergedSize,
        ProjectorNormParameters = Vision.HiddenSize,
    };

    /// <inheritdoc />
    public override PictureProcessor PicturesOf(int maxTiles) => maxTiles == 1
        ? new NativeResolution(Images)
        : throw new InputException(
            "tiles",
            FormattableString.Invariant($"is {maxTiles}; Qwen2.5-VL takes every picture whole, at about its own size, and cuts no tiles. Leave it at 1; max_pixels says how large pictures may be."));

    /// <inheritdoc />
    public override ModelConfig WithPixelLimits(PixelLimits limits, (string Min, string Max) where) => this with { Images = limits.Apply(Images, where) };

    /// <inheritdoc />
    public override ModelConfig WithTowerLayers(int layers) =>
        this with { Vision = Vision with { Layers = layers, FullAttentionBlocks = [.. Vision.FullAttentionBlocks.Where(block => block < layers)] } };

    /// <inheritdoc />
    public override RowPositions? PositionsOf(IReadOnlyList<bool> isImage_T, IReadOnlyList<PictureLayout> pictures)
    {
        if (pictures.Count == 0)
        {
            return null;
        }

        long[,] positions_3T = MultimodalPositions.Of(isImage_T, [.. pictures.Select(picture => (picture.TokenRows, picture.TokenColumns))]);
        return new RowPositions(positions_3T, MultimodalPositions.NextAfter(positions_3T));
    }

    /// <inheritdoc />
    public override IReadOnlyList<(string Name, object Value)> TowerFacts() =>
    [
        ("hidden size", Vision.HiddenSize),
        ("number of blocks", Vision.Layers),
        ("number of heads", Vision.Heads),
        ("MLP size", Vision.IntermediateSize),
        ("patch size", Vision.PatchSize),
        ("frames of a patch", Vision.TemporalPatchSize),
        ("patches of a token", Vision.PatchesPerUnit),
        ("window size", Vision.WindowSize),
        ("blocks over whole pictures", string.Join(", ", Vision.FullAttentionBlocks)),
        ("norm epsilon", Vision.NormEpsilon),
    ];

    /// <inheritdoc />
    public override string DescribeTower() => FormattableString.Invariant(
        $"{string.Join(" ", TowerFacts().Select(fact => $"{fact.Name} {fact.Value}"))} {Images.MinPixels} {Images.MaxPixels} {Images.Normalization}");
}
