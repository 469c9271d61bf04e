using DriveKD.Models.Checkpoints;
using DriveKD.Models.Probing;
using DriveKD.Models.Qwen25VL;
using DriveKD.Models.Tests.Support;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Qwen25VL;

/// <summary>Every recorded stage of the tower, in every recorded case that has a picture.</summary>
public sealed class TowerGoldenTests
{
    // Tolerances of the goldens' README, float32 against float32.
    private const double InputTolerance = 1e-5;
    private const double StageTolerance = 2e-4;

    private static readonly string[] _checkpoints = ["tiny-a-float32-hubnames", "tiny-b-bfloat16-sharded-newnames", "tiny-c-float32-tied-hubnames"];

    // CLIP's, by colour.
    private static readonly double[] _mean = [0.48145466, 0.4578275, 0.40821073];
    private static readonly double[] _deviation = [0.26862954, 0.26130258, 0.27577711];

    [Fact]
    public void Stages_EveryCase_AreEqual()
    {
        string folder = TestPaths.RequireShared("golden", "qwen25vl");
        (int cases, int stages) = (0, 0);
        foreach (string checkpoint in _checkpoints)
        {
            using Qwen25VLTower tower = GoldenTowers.Load(checkpoint);
            Qwen25VLVisionConfig config = GoldenTowers.Config(checkpoint);
            foreach (string path in Directory.GetFiles(folder, checkpoint + "-*.safetensors").Order(StringComparer.Ordinal))
            {
                using SafetensorsFile golden = SafetensorsFile.Open(path);
                if (golden.TryGet("vision.output") is not null)
                {
                    stages += Compare(tower, config, golden, Path.GetFileNameWithoutExtension(path));
                    cases++;
                }
            }
        }

        // 4 blocks each, and 7 other stages.
        Assert.Equal((7, 7 * 11), (cases, stages));
    }

    private static int Compare(Qwen25VLTower tower, Qwen25VLVisionConfig config, SafetensorsFile golden, string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor Read(string tensor) => golden.ReadTensor(golden.TryGet(tensor)!);
        long[] sides = Read("image_grid_thw").data<long>().ToArray();
        PatchGrid[] grids = [.. sides.Chunk(3).Select(grid => new PatchGrid((int)grid[1], (int)grid[2]))];
        WindowOrder order = WindowOrder.Of(grids, config);
        Assert.Equal(Read("vision.window_index").data<long>().ToArray(), order.Units);
        Tensor patches = golden.TryGet("pixel_values") is null ? Normalised(Read("pixel_values_uint8")) : Read("pixel_values");

        using Probe probe = new(new ProbeRequest { RecordsStages = true });
        Tensor output = tower.Merge(tower.EncodePatches(patches, grids, probe), probe, order);
        Close.Assert(Read("vision.output"), output, StageTolerance, name);
        foreach ((string stage, Tensor value) in probe.Stages)
        {
            double tolerance = stage is "vision.patch_embed" or "vision.rotary_angles" ? InputTolerance : StageTolerance;
            Close.Assert(Read(stage), value, tolerance, $"{name}, {stage}");
        }

        // The integers are no stages of the tower.
        IEnumerable<string> expected = golden.Entries
            .Where(entry => entry.Name.StartsWith("vision.", StringComparison.Ordinal) && entry.DType == TensorDType.F32)
            .Select(entry => entry.Name);
        Assert.Equal(expected.Order(StringComparer.Ordinal), probe.Stages.Keys.Order(StringComparer.Ordinal));
        return probe.Stages.Count;
    }

    /// <summary>Bytes [P, colours * 392] as the processor normalises them.</summary>
    private static Tensor Normalised(Tensor bytes)
    {
        Tensor mean = tensor(_mean).reshape(1, 3, 1);
        Tensor deviation = tensor(_deviation).reshape(1, 3, 1);
        Tensor colours = bytes.to(ScalarType.Float64).div(255).reshape(bytes.shape[0], 3, -1);
        return colours.sub(mean).div(deviation).flatten(1).to(ScalarType.Float32);
    }
}
