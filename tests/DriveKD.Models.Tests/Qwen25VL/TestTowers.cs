using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Qwen25VL;

/// <summary>Small towers with random weights that make no stage flat: every machine can build them, no file is needed.</summary>
internal static class TestTowers
{
    /// <summary>Windows of 2 x 2 units of 2 x 2 patches; the middle block sees whole pictures.</summary>
    public static Qwen25VLVisionConfig Small { get; } = new()
    {
        HiddenSize = 24,
        Layers = 3,
        Heads = 3,
        IntermediateSize = 20,
        PatchSize = 2,
        WindowSize = 8,
        FullAttentionBlocks = [1],
        OutputSize = 16,
    };

    /// <summary>Windows whole and cut off, two pictures of one size, one of a single unit.</summary>
    public static IReadOnlyList<PatchGrid> Grids { get; } = [new(6, 10), new(4, 6), new(6, 10), new(2, 2)];

    /// <summary>A tower on the processor.</summary>
    public static Qwen25VLTower Create(Qwen25VLVisionConfig config, int seed = 1, ScalarType dtype = ScalarType.Float32)
    {
        Qwen25VLTower tower = new(config, new Placement(CPU, dtype));
        Random random = new(seed);
        using IDisposable noGrad = no_grad();
        foreach ((string name, Parameter parameter) in tower.named_parameters())
        {
            using Tensor values = tensor(Values(random, name, parameter.shape), parameter.shape);
            parameter.copy_(values);
        }

        return tower;
    }

    /// <summary>Normalised pixels float32 [patches, pixel values].</summary>
    public static Tensor Patches(Qwen25VLVisionConfig config, IReadOnlyList<PatchGrid> grids, int seed = 1)
    {
        Random random = new(seed);
        int patches = grids.Sum(grid => grid.Patches);
        return tensor([.. Enumerable.Range(0, patches * config.PatchValues).Select(_ => (float)Gaussian(random))], [patches, config.PatchValues]);
    }

    private static float[] Values(Random random, string name, long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        double fanIn = Math.Sqrt(shape.Skip(1).Aggregate(1L, (product, size) => product * size));
        Func<double> next =
            shape.Length == 1 && name.EndsWith("weight", StringComparison.Ordinal) ? () => 1 + (0.2 * Gaussian(random))
            : name.EndsWith("bias", StringComparison.Ordinal) ? () => 0.2 * Gaussian(random)
            : () => 1.4 * Gaussian(random) / fanIn;
        return [.. Enumerable.Range(0, (int)count).Select(_ => (float)next())];
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
