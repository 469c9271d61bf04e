using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Families;

namespace DriveKD.Models.InternVL;

/// <summary>
/// An InternVL model's shape, read from its config.json. Keys that do not change the numbers (mixture-of-experts leftovers,
/// stale names, drop path, flash attention) are ignored; values that would change them and are not supported are refused.
/// </summary>
public sealed record InternVLConfig : ModelConfig
{
    /// <summary>How the folder names things.</summary>
    public required InternVLLayout Layout { get; init; }

    /// <summary>The vision tower.</summary>
    public required VisionTowerConfig Vision { get; init; }

    /// <summary>Side of the square that a tile is resized to, in pixels (448 in the released models).</summary>
    public required int TileSize { get; init; }

    /// <summary>Pixel shuffle's factor: 0.5 makes one token of 2 x 2 patches.</summary>
    public required double DownsampleRatio { get; init; }

    /// <summary>Pixel shuffle keeps rows and columns in place (version v2); v1 transposes the grid.</summary>
    public required bool KeepsGridOrientation { get; init; }

    /// <summary>Which hidden state of the tower is used; 0 is the embedding output, -1 the last block's output.</summary>
    public required int SelectLayer { get; init; }

    /// <summary>The least number of tiles a picture is cut into.</summary>
    public required int MinTiles { get; init; }

    /// <summary>The greatest number of tiles a picture is cut into, the thumbnail not counted.</summary>
    public required int MaxTiles { get; init; }

    /// <summary>A picture of several tiles is followed by itself as one more tile.</summary>
    public required bool UsesThumbnail { get; init; }

    /// <summary>The chat template's name (OpenGVLab layout).</summary>
    public string? Template { get; init; }

    /// <summary>The system message that config.json carries; null leaves it to the template.</summary>
    public string? SystemMessage { get; init; }

    /// <summary>Patches along one side of the square that becomes one token: 2 in the released models.</summary>
    public int PatchesPerTokenSide => (int)Math.Round(1 / DownsampleRatio);

    /// <summary>Tokens that one tile becomes: 256 in the released models.</summary>
    public int TokensPerTile
    {
        get
        {
            int side = TileSize / Vision.PatchSize / PatchesPerTokenSide;
            return side * side;
        }
    }

    /// <summary>Channels that the projector receives: those of the patches that become one token.</summary>
    public int ShuffledSize => Vision.HiddenSize * PatchesPerTokenSide * PatchesPerTokenSide;

    /// <inheritdoc />
    public override ModelFamily Family => InternVLFamily.Instance;

    /// <inheritdoc />
    public override string ModelType => Layout == InternVLLayout.OpenGVLab ? "internvl_chat" : "internvl";

    /// <inheritdoc />
    public override int ProjectorInputs => ShuffledSize;

    /// <inheritdoc />
    public override TowerShape Tower => new()
    {
        Width = Vision.HiddenSize,
        Layers = SelectLayer >= 0 ? SelectLayer : Vision.Layers + 1 + SelectLayer,
        Heads = Vision.Heads,
        Intermediate = Vision.IntermediateSize,
        MlpMatrices = 2,
        PatchesPerToken = PatchesPerTokenSide * PatchesPerTokenSide,
        ExtraTokens = 1,
        ValuesPerPatch = 3 * Vision.PatchSize * Vision.PatchSize,
        HasQkvBias = Vision.HasQkvBias,
        HasQkNorm = Vision.HasQkNorm,
        NormsHaveBias = Vision.Norm == NormKind.LayerNorm,
        HasLayerScale = true,
        EmbeddingParameters = Vision.HiddenSize * ((3L * Vision.PatchSize * Vision.PatchSize) + 2 + ((long)Vision.GridSize * Vision.GridSize) + 1),
        ProjectorHidden = Language.HiddenSize,
        ProjectorNormParameters = 2 * ShuffledSize,
        WholeBlocks = SelectLayer >= 0 ? SelectLayer : Vision.Layers + 1 + SelectLayer,
    };

    /// <inheritdoc />
    public override int MostTiles => MaxTiles;

    /// <inheritdoc />
    public override PictureProcessor PicturesOf(int maxTiles) =>
        new SquareTiles(TileSize, TileSize / Vision.PatchSize / PatchesPerTokenSide, maxTiles, UsesThumbnail) { IsColumnByColumn = !KeepsGridOrientation };

    /// <inheritdoc />
    public override ModelConfig WithPixelLimits(PixelLimits limits, (string Min, string Max) where)
    {
        if (limits.AreOwn)
        {
            return this;
        }

        throw new InputException(
            limits.MinPixels is null ? where.Max : where.Min,
            $"was given for an InternVL model, which has every picture as squares of {TileSize} x {TileSize} pixels; limits of area are for models that take pictures "
                + "at their own size (Qwen2.5-VL). Leave it out, or name such a model.");
    }

    /// <inheritdoc />
    public override ModelConfig WithTowerLayers(int layers) => this with { Vision = Vision with { Layers = layers } };

    /// <inheritdoc />
    public override IReadOnlyList<(string Name, object Value)> TowerFacts() =>
    [
        ("hidden size", Vision.HiddenSize),
        ("number of blocks", Vision.Layers),
        ("number of heads", Vision.Heads),
        ("MLP size", Vision.IntermediateSize),
        ("picture size", Vision.ImageSize),
        ("patch size", Vision.PatchSize),
        ("query, key and value bias", Vision.HasQkvBias),
        ("query and key norm", Vision.HasQkNorm),
        ("kind of norm", Vision.Norm),
        ("norm epsilon", Vision.NormEpsilon),
    ];

    /// <inheritdoc />
    public override string DescribeTower() => FormattableString.Invariant($"{Vision} {TileSize} {SelectLayer} {DownsampleRatio} {KeepsGridOrientation}");
}
