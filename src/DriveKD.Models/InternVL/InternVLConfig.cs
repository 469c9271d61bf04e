namespace DriveKD.Models.InternVL;

/// <summary>
/// An InternVL model's shape, read from its config.json. Keys that do not change the numbers (mixture-of-experts leftovers,
/// stale names, drop path, flash attention) are ignored; values that would change them and are not supported are refused.
/// </summary>
public sealed record InternVLConfig
{
    /// <summary>How the folder names things.</summary>
    public required InternVLLayout Layout { get; init; }

    /// <summary>The vision tower.</summary>
    public required VisionTowerConfig Vision { get; init; }

    /// <summary>The decoder.</summary>
    public required LanguageModelConfig Language { get; init; }

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

    /// <summary>The dtype config.json names (bfloat16 in the released models).</summary>
    public string? DType { get; init; }

    /// <summary>The id of the image token, where the config holds it (transformers layout).</summary>
    public int? ImageTokenId { get; init; }

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
}
