using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Qwen25VL;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Qwen25VL;

/// <summary>The tower against its formulas in double precision, and what must hold for every tower.</summary>
public sealed class Qwen25VLTowerTests
{
    // float32 against double: some fifty roundings of 6e-8, relative to the largest value.
    private const double Tolerance = 3e-6;

    // Two pictures beside each other may be multiplied in blocks of other sizes.
    private const double RoundingTolerance = 2e-6;

    public static TheoryData<string> Shapes => [.. _shapes.Keys];

    private static readonly Dictionary<string, Qwen25VLVisionConfig> _shapes = new()
    {
        ["windows and a full block"] = TestTowers.Small,
        ["windows only"] = TestTowers.Small with { FullAttentionBlocks = [] },
        ["full blocks only"] = TestTowers.Small with { FullAttentionBlocks = [0, 1, 2] },
        ["windows of one unit"] = TestTowers.Small with { WindowSize = 4 },
        ["windows larger than a picture"] = TestTowers.Small with { WindowSize = 112 },
        ["units of one patch"] = TestTowers.Small with { MergeSize = 1 },
        ["one frame, other patches"] = TestTowers.Small with { TemporalPatchSize = 1, PatchSize = 3, WindowSize = 13 },
        ["two wide heads"] = TestTowers.Small with { Heads = 2 },
        ["large norm epsilon"] = TestTowers.Small with { NormEpsilon = 1e-2 },
    };

    [Fact]
    public void Shapes_AreAsManyAsListed() => Assert.Equal(9, _shapes.Count);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EncodeAndMerge_AnyShape_GiveTheFormulasValues(string shape)
    {
        Qwen25VLVisionConfig config = _shapes[shape];
        using Qwen25VLTower tower = TestTowers.Create(config, seed: 3);
        ReferenceTower reference = new(tower, config);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor patches = TestTowers.Patches(config, TestTowers.Grids);
        double[][] units = ReferenceUnits(reference, patches, config);

        Tensor encoded = tower.EncodePatches(patches, TestTowers.Grids, null);
        Close.Assert(units, encoded, Tolerance, "units");
        Close.Assert(reference.Merge(units), tower.Merge(encoded, null), Tolerance, "output");
    }

    [Fact]
    public void EncodePatches_SeveralPictures_GiveWhatEachGivesAlone()
    {
        using Qwen25VLTower tower = TestTowers.Create(TestTowers.Small);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor patches = TestTowers.Patches(TestTowers.Small, TestTowers.Grids);
        Tensor together = tower.Merge(tower.EncodePatches(patches, TestTowers.Grids, null), null);
        (long patch, long unit) = (0, 0);
        foreach (PatchGrid grid in TestTowers.Grids)
        {
            Tensor alone = tower.Merge(tower.EncodePatches(patches.narrow(0, patch, grid.Patches), [grid], null), null);
            Close.Assert(alone, together.narrow(0, unit, alone.shape[0]), RoundingTolerance, $"picture of {grid}");
            patch += grid.Patches;
            unit += alone.shape[0];
        }

        Assert.Equal(together.shape[0], unit);
    }

    [Fact]
    public void EncodePatches_ChangedPatch_ReachesItsPictureAndNoOther()
    {
        using Qwen25VLTower tower = TestTowers.Create(TestTowers.Small);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor patches = TestTowers.Patches(TestTowers.Small, TestTowers.Grids);
        Tensor before = tower.EncodePatches(patches, TestTowers.Grids, null);
        // The second picture's last patch: rows 60 to 83, units 15 to 20.
        Tensor changed = patches.clone();
        changed[83].neg_();
        Tensor differs_U = before.ne(tower.EncodePatches(changed, TestTowers.Grids, null)).any(1);

        Assert.Equal([.. Enumerable.Range(0, 37).Select(unit => unit is >= 15 and < 21)], differs_U.data<bool>().ToArray());
    }

    [Fact]
    public void Backward_EveryParameter_EqualsTheCentralDifferenceOfTheFormulas()
    {
        // Double precision leaves about 1e-9 of a difference quotient; what remains is float32's backward pass.
        const double Step = 1e-5;
        const double GradientTolerance = 2e-5;
        Qwen25VLVisionConfig config = TestTowers.Small;
        using Qwen25VLTower tower = TestTowers.Create(config, seed: 5);
        using DisposeScope scope = NewDisposeScope();
        Tensor patches = TestTowers.Patches(config, TestTowers.Grids);
        Dictionary<string, Parameter> parameters = Train(tower);
        Random random = new(7);
        double[] factors = [.. Enumerable.Range(0, 37 * config.OutputSize).Select(_ => random.NextDouble() / 37)];
        Tensor factors_UO = tensor(factors, [37, config.OutputSize], ScalarType.Float32);
        tower.Merge(tower.EncodePatches(patches, TestTowers.Grids, null), null).mul(factors_UO).sum().backward();

        ReferenceTower reference = new(tower, config);
        double Loss() => reference.Merge(ReferenceUnits(reference, patches, config)).SelectMany(row => row).Zip(factors, (x, y) => x * y).Sum();
        int compared = 0;
        foreach ((string name, Parameter parameter) in parameters)
        {
            double[] weights = reference.Parameter(name);
            int index = random.Next(weights.Length);
            double stored = weights[index];
            weights[index] = stored + Step;
            double above = Loss();
            weights[index] = stored - Step;
            double expected = (above - Loss()) / (2 * Step);
            weights[index] = stored;
            Tensor gradient = parameter.grad!;
            Assert.True(gradient.isfinite().all().ToBoolean(), name);
            Assert.True(gradient.abs().max().ToDouble() > 1e-6, $"the gradient of {name} is 0");
            double actual = gradient.flatten()[index].ToDouble();
            bool isClose = Math.Abs(actual - expected) <= GradientTolerance * (1 + Math.Abs(expected));
            Assert.True(isClose, $"{name}[{index}]: {actual}, expected {expected}");
            compared++;
        }

        Assert.Equal(1 + (3 * 12) + 5, compared);
    }

    [Fact]
    public void Backward_AlongAWeightsGradient_EqualsTheDifferenceOfTheTowersOwnLoss()
    {
        // The loss is float32: its roundings, divided by the step, are what the tolerance allows, relative to the slope.
        const double Step = 1e-2;
        const double SlopeTolerance = 2e-3;
        using Qwen25VLTower tower = TestTowers.Create(TestTowers.Small, seed: 6);
        using DisposeScope scope = NewDisposeScope();
        Tensor patches = TestTowers.Patches(TestTowers.Small, TestTowers.Grids);
        Parameter weight = Train(tower)["blocks.0.attn.qkv.weight"];
        Tensor Loss() => tower.Merge(tower.EncodePatches(patches, TestTowers.Grids, null), null).to(ScalarType.Float64).square().mean();
        Loss().backward();
        double slope = weight.grad!.norm().ToDouble();
        using IDisposable noGrad = no_grad();
        Tensor step = weight.grad.mul(Step / slope);
        weight.add_(step);
        double above = Loss().ToDouble();
        weight.sub_(step).sub_(step);
        double actual = (above - Loss().ToDouble()) / (2 * Step);

        Assert.True(Math.Abs(actual - slope) <= SlopeTolerance * slope, $"the slope is {actual}, the gradient says {slope}");
    }

    [Fact]
    public void EncodeAndMerge_Bfloat16_StaysCloseToFloat32()
    {
        // 8 bits of fraction through three blocks.
        const double Bfloat16Tolerance = 0.15;
        using Qwen25VLTower exact = TestTowers.Create(TestTowers.Small);
        using Qwen25VLTower rounded = TestTowers.Create(TestTowers.Small, dtype: ScalarType.BFloat16);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor patches = TestTowers.Patches(TestTowers.Small, TestTowers.Grids);
        Tensor output = rounded.Merge(rounded.EncodePatches(patches, TestTowers.Grids, null), null);

        Assert.Equal(ScalarType.BFloat16, output.dtype);
        Close.Assert(exact.Merge(exact.EncodePatches(patches, TestTowers.Grids, null), null), output, Bfloat16Tolerance, "output");
    }

    [Fact]
    public void EncodeAndMerge_Recorded_GivesTheSameValuesAsUnrecorded()
    {
        using Qwen25VLTower tower = TestTowers.Create(TestTowers.Small);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor patches = TestTowers.Patches(TestTowers.Small, TestTowers.Grids);
        Tensor plain = tower.Merge(tower.EncodePatches(patches, TestTowers.Grids, null), null);
        using Probe probe = new(new ProbeRequest { RecordsStages = true });
        WindowOrder order = WindowOrder.Of(TestTowers.Grids, TestTowers.Small);
        Tensor recorded = tower.Merge(tower.EncodePatches(patches, TestTowers.Grids, probe), probe, order);

        Close.Assert(plain, recorded, 0);
        Close.Assert(plain, probe.Stages["vision.output"], 0);
        Assert.Equal(10, probe.Stages.Count);
    }

    [Fact]
    public void EncodeAndMerge_LeaveNothingBehind()
    {
        using Qwen25VLTower tower = TestTowers.Create(TestTowers.Small);
        void Run()
        {
            using Tensor patches = TestTowers.Patches(TestTowers.Small, TestTowers.Grids);
            using Probe probe = new(new ProbeRequest { RecordsStages = true });
            using Tensor units = tower.EncodePatches(patches, TestTowers.Grids, probe);
            using Tensor output = tower.Merge(units, probe, WindowOrder.Of(TestTowers.Grids, TestTowers.Small));
        }

        Run();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [InlineData(24, 24, "[24, 24]; 1 pictures expect [12, 24]")]
    [InlineData(12, 20, "[12, 20]; 1 pictures expect [12, 24]")]
    public void EncodePatches_OtherShape_IsRefused(int rows, int columns, string expected)
    {
        using Qwen25VLTower tower = TestTowers.Create(TestTowers.Small);
        using Tensor patches = zeros(rows, columns);

        ArgumentException exception = Assert.Throws<ArgumentException>(() => tower.EncodePatches(patches, [new PatchGrid(2, 6)], null));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EncodePatches_NoPictureOrHalfAUnit_IsRefused()
    {
        using Qwen25VLTower tower = TestTowers.Create(TestTowers.Small);
        using Tensor none = zeros(0, 24);
        using Tensor patches = zeros(18, 24);

        Assert.Throws<ArgumentException>(() => tower.EncodePatches(none, [], null));
        ArgumentException exception = Assert.Throws<ArgumentException>(() => tower.EncodePatches(patches, [new PatchGrid(3, 6)], null));
        Assert.Contains("3 x 6 patches cannot be cut into units of 2 x 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_OtherShape_IsRefused()
    {
        using Qwen25VLTower tower = TestTowers.Create(TestTowers.Small);
        using Tensor narrow = zeros(5, 24);
        using Tensor units = zeros(5, 96);

        WindowOrder order = WindowOrder.Of([new PatchGrid(2, 6)], TestTowers.Small);

        ArgumentException ofWidth = Assert.Throws<ArgumentException>(() => tower.Merge(narrow, null));
        ArgumentException ofOrder = Assert.Throws<ArgumentException>(() => tower.Merge(units, null, order));
        Assert.Contains("[units, 96] is expected", ofWidth.Message, StringComparison.Ordinal);
        Assert.Contains("[3, 96] is expected", ofOrder.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 5)]
    [InlineData(24, 4)]
    public void Tower_HeadsThatCannotBeTurned_AreRefused(int channels, int heads) => Assert.Throws<ArgumentException>(
        () => new Qwen25VLTower(TestTowers.Small with { HiddenSize = channels, Heads = heads }, new Placement(CPU, ScalarType.Float32)));

    private static double[][] ReferenceUnits(ReferenceTower reference, Tensor patches, Qwen25VLVisionConfig config)
    {
        double[][] rows = [.. patches.data<float>().ToArray().Select(value => (double)value).Chunk(config.PatchValues)];
        List<double[]> units = [];
        int first = 0;
        foreach (PatchGrid grid in TestTowers.Grids)
        {
            units.AddRange(reference.Encode(rows[first..(first + grid.Patches)], grid));
            first += grid.Patches;
        }

        return [.. units];
    }

    private static Dictionary<string, Parameter> Train(Qwen25VLTower tower)
    {
        Dictionary<string, Parameter> parameters = tower.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        foreach (Parameter parameter in parameters.Values)
        {
            parameter.requires_grad = true;
        }

        return parameters;
    }
}
