using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Qwen25VL;

/// <summary>The released Qwen2.5-VL sizes, and two small ones for tests and benchmarks. Released numbers: the model folders' config.json.</summary>
public static class Qwen25VLPresets
{
    /// <summary>What the names of released shapes begin with.</summary>
    public const string Family = "Qwen2.5-VL-";

    private static readonly int[] _releasedWholeBlocks = [7, 15, 23, 31];

    /// <summary>Every preset, the smallest first.</summary>
    public static IReadOnlyList<ModelPreset> All { get; } =
    [
        // Pictures of at most 64 tokens: a forward pass takes milliseconds.
        Preset("qwen-tiny", Vision(48, 4, 3, 96, [1, 3]), 64, 4, 4, 2, 16, 128, 0, isTied: false, new RotarySections(2, 3, 3), maxPixels: 224 * 224),
        // 256 tokens at most, as many as a square of InternVL's, with a few million parameters.
        Preset("qwen-small", Vision(192, 6, 6, 512, [2, 5]), 256, 6, 8, 2, 32, 768, 0, isTied: false, new RotarySections(4, 6, 6), maxPixels: 448 * 448),
        Released("3B", 2048, 36, 16, 2, 11008, 151936, isTied: true, 3420),
        Released("7B", 3584, 28, 28, 4, 18944, 152064, isTied: false, 3420),
        Released("32B", 5120, 64, 40, 8, 27648, 152064, isTied: false, 3456),
        Released("72B", 8192, 80, 64, 8, 29568, 152064, isTied: false, 3456),
    ];

    private static ModelPreset Released(string size, int hidden, int layers, int heads, int keyValueHeads, int intermediate, int rows, bool isTied, int towerIntermediate) =>
        Preset(
            Family + size,
            Vision(1280, 32, 16, towerIntermediate, _releasedWholeBlocks),
            hidden,
            layers,
            heads,
            keyValueHeads,
            headSize: 128,
            intermediate,
            rows,
            isTied,
            new RotarySections(16, 24, 24),
            Qwen25VLImageOptions.Default.MaxPixels);

    private static Qwen25VLVisionConfig Vision(int hidden, int layers, int heads, int intermediate, int[] wholeBlocks) => new()
    {
        HiddenSize = hidden,
        Layers = layers,
        Heads = heads,
        IntermediateSize = intermediate,
        FullAttentionBlocks = wholeBlocks,
        OutputSize = 0,
    };

    private static ModelPreset Preset(
        string name,
        Qwen25VLVisionConfig vision,
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediate,
        int rows,
        bool isTied,
        RotarySections sections,
        long maxPixels) => new()
        {
            Name = name,
            IsReleased = rows > 0,
            Config = new Qwen25VLConfig
            {
                Vision = vision with { OutputSize = hidden },
                Language = new LanguageModelConfig
                {
                    HiddenSize = hidden,
                    Layers = layers,
                    Heads = heads,
                    KeyValueHeads = keyValueHeads,
                    HeadSize = headSize,
                    IntermediateSize = intermediate,
                    // Those that are not released take as many rows as their tokenizer needs.
                    VocabularySize = rows > 0 ? rows : 151936,
                    NormEpsilon = 1e-6,
                    RopeTheta = 1e6,
                    RopeScaling = RopeScalingKind.None,
                    RopeFactor = 1,
                    Sections = sections,
                    MaxPositions = 128000,
                    TiesWordEmbeddings = isTied,
                },
                Images = Qwen25VLImageOptions.Default with { MaxPixels = maxPixels },
            },
        };
}
