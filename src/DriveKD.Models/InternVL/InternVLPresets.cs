using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Models.InternVL;

/// <summary>
/// The released InternVL3 sizes, the two shapes of the driving world, and two small ones for tests and benchmarks. Released numbers: the model folders' config.json,
/// the 9B left out because its decoder is of another family.
/// </summary>
public static class InternVLPresets
{
    /// <summary>Rows of the released models' embedding and head.</summary>
    public const int ReleasedVocabularySize = 151674;

    /// <summary>What the names of released shapes begin with.</summary>
    public const string Family = "InternVL3-";

    private static readonly VisionTowerConfig _vision300M = Vision(1024, 24, 16, 4096, isLarge: false);
    private static readonly VisionTowerConfig _vision6B = Vision(3200, 45, 25, 12800, isLarge: true);

    private static readonly VisionTowerConfig _visionOfWorld = Vision(64, 3, 4, 192, isLarge: false) with { ImageSize = 84, PatchSize = 7 };

    /// <summary>Every preset, the smallest first.</summary>
    public static IReadOnlyList<ModelPreset> All { get; } =
    [
        // 112 pixels make 16 tokens: a forward pass takes milliseconds.
        Preset("tiny", Vision(48, 3, 3, 96, isLarge: false) with { ImageSize = 112 }, 64, 4, 4, 2, 16, 128),
        // The driving world's: 84 pixels make 36 tokens of 14 by 14 pixels, the size of what there is to see.
        Preset("world-student", _visionOfWorld, 48, 6, 4, 2, 12, 128, SmallPicture),
        Preset("world-teacher", _visionOfWorld, 64, 7, 4, 2, 16, 192, SmallPicture),
        // The released pictures and token counts, with a few million parameters.
        Preset("small", Vision(192, 6, 6, 768, isLarge: false), 256, 6, 8, 2, 32, 768),
        Preset(Family + "1B", _vision300M, 896, 24, 14, 2, 64, 4864),
        Preset(Family + "2B", _vision300M, 1536, 28, 12, 2, 128, 8960),
        Preset(Family + "8B", _vision300M, 3584, 28, 28, 4, 128, 18944),
        Preset(Family + "14B", _vision300M, 5120, 48, 40, 8, 128, 13824),
        Preset(Family + "38B", _vision6B, 5120, 64, 40, 8, 128, 27648),
        Preset(Family + "78B", _vision6B, 8192, 80, 64, 8, 128, 29568),
    ];

    private static VisionTowerConfig Vision(int hidden, int layers, int heads, int intermediate, bool isLarge) => new()
    {
        HiddenSize = hidden,
        Layers = layers,
        Heads = heads,
        IntermediateSize = intermediate,
        ImageSize = 448,
        PatchSize = 14,
        HasQkvBias = !isLarge,
        HasQkNorm = isLarge,
        Norm = isLarge ? NormKind.RmsNorm : NormKind.LayerNorm,
        NormEpsilon = 1e-6,
    };

    /// <summary>One small picture a tile, and sequences of a few hundred tokens: no tiling, and the classic base of the rotary frequencies without scaling.</summary>
    private static InternVLConfig SmallPicture(InternVLConfig config) => config with
    {
        MaxTiles = 1,
        UsesThumbnail = false,
        Language = config.Language with { RopeTheta = 1e4, RopeScaling = RopeScalingKind.None, RopeFactor = 1, MaxPositions = 1024 },
    };

    private static ModelPreset Preset(
        string name,
        VisionTowerConfig vision,
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediate,
        Func<InternVLConfig, InternVLConfig>? change = null)
    {
        InternVLConfig config = new()
        {
            Layout = InternVLLayout.OpenGVLab,
            Vision = vision,
            Language = new LanguageModelConfig
            {
                HiddenSize = hidden,
                Layers = layers,
                Heads = heads,
                KeyValueHeads = keyValueHeads,
                HeadSize = headSize,
                IntermediateSize = intermediate,
                VocabularySize = ReleasedVocabularySize,
                NormEpsilon = 1e-6,
                RopeTheta = 1e6,
                RopeScaling = RopeScalingKind.Dynamic,
                RopeFactor = 2,
                MaxPositions = 32768,
                TiesWordEmbeddings = false,
            },
            TileSize = vision.ImageSize,
            DownsampleRatio = 0.5,
            KeepsGridOrientation = true,
            SelectLayer = -1,
            MinTiles = 1,
            MaxTiles = 12,
            UsesThumbnail = true,
            Template = "internvl2_5",
        };
        return new ModelPreset { Name = name, IsReleased = name.StartsWith(Family, StringComparison.Ordinal), Config = change?.Invoke(config) ?? config };
    }
}
