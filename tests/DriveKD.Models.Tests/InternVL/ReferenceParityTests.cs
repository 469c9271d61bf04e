using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.InternVL;

/// <summary>Every kind of shape against the formulas in double precision: what the recorded goldens do not reach.</summary>
public sealed class ReferenceParityTests
{
    // float32 against double: some fifty roundings of 6e-8, relative to the largest value.
    private const double Tolerance = 3e-6;
    private const double AttentionTolerance = 5e-6;

    public static TheoryData<string> Shapes => [.. _shapes.Keys];

    private static readonly Dictionary<string, (InternVLConfig Config, bool HasHead, int Size)> _shapes = new()
    {
        ["300M"] = (TestModels.Small, true, 24),
        ["6B"] = (TestModels.SixB, true, 24),
        ["tied head"] = (TestModels.Small, false, 24),
        ["RMSNorm with biases"] = (TestModels.Small with { Vision = TestModels.Small.Vision with { Norm = NormKind.RmsNorm } }, true, 24),
        ["one head for each query"] = (TestModels.Small with { Language = TestModels.Small.Language with { KeyValueHeads = 4 } }, true, 24),
        ["heads wider than the hidden size"] = (TestModels.Small with { Language = TestModels.Small.Language with { HeadSize = 14 } }, true, 24),
        ["transposed shuffle"] = (TestModels.Small with { KeepsGridOrientation = false }, true, 24),
        ["no shuffle"] = (TestModels.Small with { DownsampleRatio = 1 }, true, 24),
        ["shuffle of thirds"] = (TestModels.Small with { DownsampleRatio = 1 / 3.0, TileSize = 36, Vision = TestModels.Small.Vision with { ImageSize = 36 } }, true, 36),
        ["second last block"] = (TestModels.Small with { SelectLayer = -2 }, true, 24),
        ["embeddings of the tower"] = (TestModels.Small with { SelectLayer = 0 }, true, 24),
        ["first block"] = (TestModels.Small with { SelectLayer = 1 }, true, 24),
        ["larger pictures"] = (TestModels.Small, true, 48),
        ["smaller pictures"] = (TestModels.Small, true, 12),
        ["linear scaling"] = (TestModels.Small with { Language = TestModels.Small.Language with { RopeScaling = RopeScalingKind.Linear, RopeFactor = 4, MaxPositions = 8 } }, true, 24),
        ["dynamic scaling beyond"] = (TestModels.Small with { Language = TestModels.Small.Language with { RopeScaling = RopeScalingKind.Dynamic, RopeFactor = 2, MaxPositions = 8 } }, true, 24),
        ["dynamic scaling within"] = (TestModels.Small with { Language = TestModels.Small.Language with { RopeScaling = RopeScalingKind.Dynamic, RopeFactor = 2 } }, true, 24),
        ["large norm epsilon"] = (TestModels.Small with { Language = TestModels.Small.Language with { NormEpsilon = 1e-2 }, Vision = TestModels.Small.Vision with { NormEpsilon = 1e-2 } }, true, 24),
    };

    [Fact]
    public void Shapes_AreAsManyAsListed() => Assert.Equal(18, _shapes.Count);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_AnyShape_GivesTheFormulasValues(string shape)
    {
        (InternVLConfig config, bool hasHead, int size) = _shapes[shape];
        using InternVLModel model = TestModels.Create(config, seed: 3, hasHead: hasHead);
        ReferenceModel reference = new(model);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();

        const int Tiles = 2;
        Tensor pixels = TestModels.Pixels(Tiles, size);
        float[] values = pixels.data<float>().ToArray();
        int bytes = 3 * size * size;
        double[][] features = [.. Enumerable.Range(0, Tiles).SelectMany(tile => reference.EncodeTile(values[(tile * bytes)..((tile + 1) * bytes)], size, size))];
        int tokensPerTile = features.Length / Tiles;
        int[] ids = TestModels.Ids((Tiles * tokensPerTile) + 9, Tiles, tokensPerTile: tokensPerTile);
        (double[][][] hidden, double[][][][] attention, double[][] final, double[][] logits) = reference.Decode(reference.Embed(ids, features, TestModels.ImageToken));

        Tensor encoded = model.EncodeTiles(pixels).flatten(0, 1);
        Close.Assert(features, encoded, Tolerance, "features");
        using Probe probe = new(new ProbeRequest
        {
            AttentionLayers = Enumerable.Range(0, config.Language.Layers).ToHashSet(),
            HiddenStates = Enumerable.Range(0, config.Language.Layers + 1).ToHashSet(),
        });
        Tensor last = model.Decode(model.Embed(TestModels.Row(ids), TestModels.Mask(ids), encoded), SequencePositions.Consecutive(1, ids.Length), null, probe)!;
        for (int layer = 0; layer <= config.Language.Layers; layer++)
        {
            Close.Assert(hidden[layer], probe.Hidden[layer].squeeze(0), Tolerance, $"hidden state {layer}");
        }

        for (int layer = 0; layer < config.Language.Layers; layer++)
        {
            double[][] mean = [.. Enumerable.Range(0, ids.Length).Select(t => Enumerable.Range(0, ids.Length).Select(s => attention[layer].Average(head => head[t][s])).ToArray())];
            Close.Assert(mean, probe.Attention[layer].squeeze(0), AttentionTolerance, $"attention {layer}");
        }

        Close.Assert(final, last.squeeze(0), Tolerance, "final norm");
        Close.Assert(logits, model.Logits(last).squeeze(0), 2 * Tolerance, "logits");
    }

    [Fact]
    public void Forward_PictureThatIsNotSquare_GivesTheFormulasValues()
    {
        using InternVLModel model = TestModels.Create(TestModels.Small);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor pixels = TestModels.Pixels(1, 24)[.., .., ..12];
        double[][] features = new ReferenceModel(model).EncodeTile(pixels.contiguous().data<float>().ToArray(), 12, 24);

        Close.Assert(features, model.EncodeTiles(pixels).squeeze(0), Tolerance, "features");
    }

    [Theory]
    [InlineData(1, 24, 24)]
    [InlineData(3, 24, 18)]
    [InlineData(3, 20, 24)]
    public void EncodeTiles_ImpossiblePixels_AreRefusedWithTheirShape(int channels, int height, int width)
    {
        using InternVLModel model = TestModels.Create(TestModels.Small);
        using Tensor pixels = zeros(1, channels, height, width);

        Assert.Contains($"[1, {channels}, {height}, {width}]", Assert.Throws<ArgumentException>(() => model.EncodeTiles(pixels)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embed_OtherNumbersOfSlotsAndFeatures_AreRefused()
    {
        using InternVLModel model = TestModels.Create(TestModels.Small);
        using DisposeScope scope = NewDisposeScope();
        int[] ids = TestModels.Ids(9, tiles: 1);

        ArgumentException exception = Assert.Throws<ArgumentException>(() => model.Embed(TestModels.Row(ids), TestModels.Mask(ids), zeros(8, 32)));
        Assert.Contains("4 image slots in the sequence, 8 feature rows", exception.Message, StringComparison.Ordinal);
    }
}
