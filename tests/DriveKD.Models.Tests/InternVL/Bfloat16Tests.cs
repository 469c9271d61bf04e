using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.InternVL;

public sealed class Bfloat16Tests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Forward_Bfloat16_StaysInItAndNearFloat32(bool isSixB)
    {
        // 8 bits of mantissa: half a unit in the third digit per rounding, some forty roundings in a row.
        const double Bound = 0.06;
        InternVLConfig config = isSixB ? TestModels.SixB : TestModels.Small;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int[] ids = TestModels.Ids(14, tiles: 2);
        Tensor pixels = TestModels.Pixels(2);
        using InternVLModel wide = TestModels.Create(config);
        using InternVLModel narrow = TestModels.Create(config, dtype: ScalarType.BFloat16);
        using Probe probe = new(new ProbeRequest { RecordsStages = true });
        Tensor expected = Logits(wide, ids, pixels, null);
        foreach (Probe? taps in (Probe?[])[null, probe])
        {
            Tensor actual = Logits(narrow, ids, pixels, taps);
            Assert.Equal(ScalarType.BFloat16, actual.dtype);
            double scale = expected.abs().max().ToDouble();
            Assert.InRange(Close.Distance(expected, actual) / scale, 1e-5, Bound);
        }

        // Weights of the decoder's attention are float32 on purpose; everything else is as the model's dtype.
        Assert.All(probe.Stages, stage => Assert.Equal(
            stage.Key.StartsWith("llm.attention.", StringComparison.Ordinal) ? ScalarType.Float32 : ScalarType.BFloat16, stage.Value.dtype));
        Assert.Equal(config.Language.Layers, probe.Stages.Keys.Count(name => name.StartsWith("llm.attention.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Generate_Bfloat16_RunsWithCacheAsWithout()
    {
        using InternVLModel model = TestModels.Create(TestModels.Small, dtype: ScalarType.BFloat16);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int[] ids = TestModels.Ids(12, tiles: 1);
        Tensor embedded = model.Embed(TestModels.Row(ids), TestModels.Mask(ids), model.EncodeTiles(TestModels.Pixels(1)).flatten(0, 1));
        Tensor whole = model.Decode(embedded, SequencePositions.Consecutive(1, 12))!;
        using KeyValueCache cache = model.CreateCache(1, 12);
        model.Decode(embedded.narrow(1, 0, 11), SequencePositions.Consecutive(1, 11), cache)!.Dispose();
        Tensor last = model.Decode(embedded.narrow(1, 11, 1), SequencePositions.Consecutive(1, 1, 11), cache)!;

        Assert.Equal(ScalarType.BFloat16, last.dtype);
        double scale = whole.abs().max().ToDouble();
        Assert.InRange(Close.Distance(whole.narrow(1, 11, 1), last) / scale, 0, 0.02);
    }

    [Theory]
    [InlineData("student", 0.4916)]
    [InlineData("teacher", 0.2720)]
    [InlineData("teacher-6b", 0.2180)]
    public void Forward_ReferenceCheckpointInBfloat16_CostsWhatItCostTheReference(string checkpoint, double reference)
    {
        string folder = TestPaths.RequireShared("golden", "internvl", checkpoint);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using Models.Checkpoints.SafetensorsFile golden =
            Models.Checkpoints.SafetensorsFile.Open(TestPaths.RequireShared("golden", "internvl", "goldens", checkpoint, "train_one_image.safetensors"));
        Tensor Read(string name) => golden.ReadTensor(golden.TryGet(name)!);
        using InternVLModel wide = (InternVLModel)ModelLoader.Load(folder, new Placement(CPU, ScalarType.Float32));
        using InternVLModel narrow = (InternVLModel)ModelLoader.Load(folder, new Placement(CPU, ScalarType.BFloat16));
        Tensor Run(InternVLModel model) => model.Logits(model.Decode(
            model.Embed(Read("llm.input_ids"), Read("llm.image_mask"), model.EncodeTiles(Read("pixel_values")).flatten(0, 1)), SequencePositions.Consecutive(1, 56))!);

        // The reference's own difference, doubled: other kernels round at other places.
        Assert.InRange(Close.Distance(Run(wide), Run(narrow)), 0.01, 2 * reference);
    }

    private static Tensor Logits(InternVLModel model, int[] ids, Tensor pixels, Probe? probe)
    {
        Tensor features = model.EncodeTiles(pixels, probe).flatten(0, 1);
        Assert.Equal(model.Placement.DType, features.dtype);
        Tensor embedded = model.Embed(TestModels.Row(ids), TestModels.Mask(ids), features);
        return model.Logits(model.Decode(embedded, SequencePositions.Consecutive(1, ids.Length), null, probe)!);
    }
}
