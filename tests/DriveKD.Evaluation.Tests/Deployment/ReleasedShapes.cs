using DriveKD.Evaluation.Deployment;

namespace DriveKD.Evaluation.Tests.Deployment;

/// <summary>Released models as literals, from their config.json.</summary>
internal static class ReleasedShapes
{
    /// <summary>An InternVL3 model of a size: 1B, 2B, 8B, 14B, 38B, 78B.</summary>
    public static ModelShape InternVL3(string size)
    {
        (int width, int layers, int heads, int keyValueHeads, int headWidth, int intermediate) = size switch
        {
            "1B" => (896, 24, 14, 2, 64, 4864),
            "2B" => (1536, 28, 12, 2, 128, 8960),
            "8B" => (3584, 28, 28, 4, 128, 18944),
            "14B" => (5120, 48, 40, 8, 128, 13824),
            "38B" => (5120, 64, 40, 8, 128, 27648),
            "78B" => (8192, 80, 64, 8, 128, 29568),
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, null),
        };
        bool isLarge = size is "38B" or "78B";
        int vision = isLarge ? 3200 : 1024;
        return new ModelShape
        {
            Name = "InternVL3-" + size,
            Layers = layers,
            Width = width,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = headWidth,
            Intermediate = intermediate,
            Vocabulary = 151674,
            IsHeadTied = false,
            Vision = new VisionShape
            {
                Layers = isLarge ? 45 : 24,
                Width = vision,
                Intermediate = 4 * vision,
                HasQkvBias = !isLarge,
                HasQkNorm = isLarge,
                NormsHaveBias = !isLarge,
                HasLayerScale = true,
                EmbeddingParameters = (long)vision * ((3 * 14 * 14) + 1 + 1 + 1025),
                PositionsPerUnit = 1025,
                AttendedPositions = 1025,
                TokensPerUnit = 256,
                ProjectorInputs = 4 * vision,
                ProjectorHidden = width,
                ProjectorNormParameters = 2 * 4 * vision,
            },
        };
    }

    /// <summary>A Qwen2.5-VL model of a size (3B, 7B, 32B, 72B), one unit a picture of 1600 x 900 as its processor's class shrinks it: 1316 x 728.</summary>
    public static ModelShape Qwen25VL(string size)
    {
        (int width, int layers, int heads, int keyValueHeads, int intermediate, int vocabulary, int vision) = size switch
        {
            "3B" => (2048, 36, 16, 2, 11008, 151936, 3420),
            "7B" => (3584, 28, 28, 4, 18944, 152064, 3420),
            "32B" => (5120, 64, 40, 8, 27648, 152064, 3456),
            "72B" => (8192, 80, 64, 8, 29568, 152064, 3456),
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, null),
        };
        const int Patches = 94 * 52;
        return new ModelShape
        {
            Name = "Qwen2.5-VL-" + size,
            Layers = layers,
            Width = width,
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = 128,
            Intermediate = intermediate,
            Vocabulary = vocabulary,
            IsHeadTied = size == "3B",
            Vision = new VisionShape
            {
                Layers = 32,
                Width = 1280,
                Intermediate = vision,
                IsGated = true,
                EmbeddingParameters = 1280L * 3 * 2 * 14 * 14,
                PositionsPerUnit = Patches,

                // 28 blocks within windows of 8 x 8 patches, 4 over the whole picture.
                AttendedPositions = ((28.0 * 64) + (4.0 * Patches)) / 32,
                TokensPerUnit = Patches / 4,
                ProjectorInputs = 5120,
                ProjectorHidden = 5120,
                ProjectorNormParameters = 1280,
            },
        };
    }

    /// <summary>Six pictures of 1600 x 900: nine tiles each for InternVL3, one unit each for Qwen2.5-VL.</summary>
    public static Workload SixViews(ModelShape shape) => new() { UnitsPerPicture = shape.Vision.IsGated ? 1 : 9 };
}
