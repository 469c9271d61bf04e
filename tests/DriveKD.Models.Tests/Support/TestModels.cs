using DriveKD.Data.Imaging;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Support;

/// <summary>Small models with random weights that make no stage flat: every machine can build them, no file is needed.</summary>
internal static class TestModels
{
    /// <summary>The 300M kind: LayerNorm and biases. 4 x 4 patches, 4 tokens per tile.</summary>
    public static InternVLConfig Small { get; } = new()
    {
        Layout = InternVLLayout.OpenGVLab,
        Vision = new VisionTowerConfig
        {
            HiddenSize = 24,
            Layers = 3,
            Heads = 3,
            IntermediateSize = 40,
            ImageSize = 24,
            PatchSize = 6,
            HasQkvBias = true,
            HasQkNorm = false,
            Norm = NormKind.LayerNorm,
            NormEpsilon = 1e-6,
        },
        Language = new LanguageModelConfig
        {
            HiddenSize = 32,
            Layers = 4,
            Heads = 4,
            KeyValueHeads = 2,
            HeadSize = 8,
            IntermediateSize = 48,
            VocabularySize = 60,
            NormEpsilon = 1e-6,
            RopeTheta = 10000,
            RopeScaling = RopeScalingKind.None,
            RopeFactor = 1,
            MaxPositions = 256,
            TiesWordEmbeddings = false,
        },
        TileSize = 24,
        DownsampleRatio = 0.5,
        KeepsGridOrientation = true,
        SelectLayer = -1,
        MinTiles = 1,
        MaxTiles = 12,
        UsesThumbnail = true,
    };

    /// <summary>The 6B kind of tower: RMSNorm, normalised queries and keys, no bias on them; one key head for all query heads.</summary>
    public static InternVLConfig SixB { get; } = Small with
    {
        Vision = Small.Vision with { HasQkvBias = false, HasQkNorm = true, Norm = NormKind.RmsNorm },
        Language = Small.Language with { KeyValueHeads = 1, Layers = 3 },
    };

    /// <summary>The id that the tests use for image slots.</summary>
    public const int ImageToken = 59;

    /// <summary>A model on the processor.</summary>
    public static InternVLModel Create(InternVLConfig config, int seed = 1, ScalarType dtype = ScalarType.Float32, bool hasHead = true)
    {
        InternVLModel model = new(config, hasHead, new Placement(CPU, dtype));
        Random random = new(seed);
        using IDisposable noGrad = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            using Tensor values = tensor(Values(random, name, parameter.shape), parameter.shape);
            parameter.copy_(values);
        }

        return model;
    }

    /// <summary>Ids with image slots for <paramref name="tiles"/> tiles from position 2 on.</summary>
    public static int[] Ids(int length, int tiles, int seed = 1, int tokensPerTile = 4)
    {
        Random random = new(seed);
        int slots = tiles * tokensPerTile;
        return [.. Enumerable.Range(0, length).Select(t => t >= 2 && t < 2 + slots ? ImageToken : random.Next(ImageToken))];
    }

    /// <summary>Normalised pixels float32 [tiles, 3, size, size].</summary>
    public static Tensor Pixels(int tiles, int size = 24, int seed = 1)
    {
        Random random = new(seed);
        return tensor([.. Enumerable.Range(0, tiles * 3 * size * size).Select(_ => (float)Gaussian(random))], [tiles, 3, size, size]);
    }

    /// <summary>The tiles of <see cref="Pixels"/> as pictures of one piece each.</summary>
    public static IReadOnlyList<PicturePiece> Pieces(Tensor pixels_N3HW)
    {
        int values = (int)(pixels_N3HW.numel() / pixels_N3HW.shape[0]);
        using Tensor whole = pixels_N3HW.contiguous();
        return [.. whole.data<float>().ToArray().Chunk(values).Select(tile => new PicturePiece((int)pixels_N3HW.shape[3], (int)pixels_N3HW.shape[2], tile))];
    }

    /// <summary>How pictures of one tile each stand in a prompt.</summary>
    public static IReadOnlyList<PictureLayout> Squares(int count) => [.. Enumerable.Repeat(Small.UsualPicture, count)];

    /// <summary>int64 [1, T].</summary>
    public static Tensor Row(IEnumerable<int> ids) => tensor([.. ids.Select(id => (long)id)]).unsqueeze(0);

    /// <summary>bool [1, T], true in image slots.</summary>
    public static Tensor Mask(IEnumerable<int> ids) => tensor([.. ids.Select(id => id == ImageToken)]).unsqueeze(0);

    private static float[] Values(Random random, string name, long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        double fanIn = Math.Sqrt(shape.Skip(1).Aggregate(1L, (product, size) => product * size));
        Func<double> next =
            name.EndsWith("ls1", StringComparison.Ordinal) || name.EndsWith("ls2", StringComparison.Ordinal) ? () => 0.3 + (0.5 * random.NextDouble())
            : name.Contains("norm", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal) || name == "mlp1.0.weight" ? () => 1 + (0.2 * Gaussian(random))
            : name.EndsWith("bias", StringComparison.Ordinal) ? () => 0.2 * Gaussian(random)
            : name.Contains("embed_tokens", StringComparison.Ordinal) ? () => Gaussian(random)
            : name.Contains("class_embedding", StringComparison.Ordinal) || name.Contains("position_embedding", StringComparison.Ordinal) ? () => 0.4 * Gaussian(random)
            : () => 1.4 * Gaussian(random) / fanIn;
        return [.. Enumerable.Range(0, (int)count).Select(_ => (float)next())];
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
