using DriveKD.Models.Generation;
using DriveKD.Models.InternVL;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using DriveKD.Models.Tests.Support;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Kernels;

/// <summary>Generation with the project's kernels against generation by libtorch alone.</summary>
public sealed class TokenPassTests
{
    // Sums in another order, through four layers, of logits up to about 20.
    private const double Float32Tolerance = 1e-4;

    // Both are off by their roundings to eight bits, which fall differently: over 1,200 logits the two lengths agree within some percent.
    private const double ErrorRatio = 1.2;

    public static TheoryData<KernelPath, string> Cases()
    {
        TheoryData<KernelPath, string> cases = [];
        foreach (KernelPath path in KernelPaths.Supported)
        {
            foreach (string shape in (string[])["small", "one key head", "wide heads", "tied"])
            {
                cases.Add(path, shape);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Generate_Float32_GivesLibtorchsTokensAndLogits(KernelPath path, string shape)
    {
        using InternVLModel model = Create(shape, ScalarType.Float32);
        Assert.Equal(Generate(model, KernelPath.Off, Single, out List<float[]> expected), Generate(model, path, Single, out List<float[]> actual));
        Assert.InRange(LargestDifference(expected, actual), 0, Float32Tolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Generate_PaddedBatch_GivesLibtorchsTokensAndLogits(KernelPath path, string shape)
    {
        using InternVLModel model = Create(shape, ScalarType.Float32);
        Assert.Equal(Generate(model, KernelPath.Off, Several, out List<float[]> expected), Generate(model, path, Several, out List<float[]> actual));
        Assert.InRange(LargestDifference(expected, actual), 0, Float32Tolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decode_BFloat16_IsAsNearFloat32AsLibtorch(KernelPath path, string shape)
    {
        using InternVLModel model = Create(shape, ScalarType.BFloat16);
        using InternVLModel wide = Create(shape, ScalarType.Float32);
        using (no_grad())
        {
            foreach ((string name, Tensor weights) in wide.WeightsByName())
            {
                weights.copy_(model.WeightsByName()[name]);
            }
        }

        List<float[]> exact = Forced(wide, KernelPath.Off);
        double theirs = MeanError(exact, Forced(model, KernelPath.Off));
        Assert.InRange(MeanError(exact, Forced(model, path)), 0, theirs * ErrorRatio);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decode_Int8_IsTheModelOfTheRoundedWeights(KernelPath path, string shape)
    {
        using InternVLModel model = Create(shape, ScalarType.Float32);
        using InternVLModel rounded = Create(shape, ScalarType.Float32);
        using (no_grad())
        {
            foreach ((string name, Tensor weights) in rounded.WeightsByName().Where(entry => entry.Key.EndsWith("_proj.weight", StringComparison.Ordinal)))
            {
                using Int8Rows rows = Int8Rows.Quantize(weights);
                using Tensor values = Int8RowsTests.Dequantized(rows);
                weights.copy_(values);
            }
        }

        QuantizedWeights quantized = model.QuantizeDecoder();

        Assert.InRange(quantized.LargestRelativeError, 1e-4, 0.02);
        Assert.InRange(LargestDifference(Forced(rounded, KernelPath.Off), Forced(model, path)), 0, Float32Tolerance);
    }

    [Fact]
    public void Generate_TwoAtOnce_GivesWhatEachGivesAlone()
    {
        using InternVLModel model = Create("small", ScalarType.Float32);
        int[][] expected = Generate(model, KernelPaths.Supported[^1], Several, out _);
        int[][][] actual = new int[4][][];
        Parallel.For(0, actual.Length, i => actual[i] = Generate(model, KernelPaths.Supported[^1], Several, out _));

        Assert.All(actual, tokens => Assert.Equal(expected, tokens));
    }

    [Fact]
    public void Generate_WithAdapters_FollowsThem()
    {
        using InternVLModel model = Create("small", ScalarType.Float32);
        int[][] before = Generate(model, KernelPaths.Supported[^1], Single, out _);
        IReadOnlyDictionary<string, TorchSharp.Modules.Parameter> adapters = model.AttachAdapters(new LoraSettings { Rank = 2, Alpha = 8 }, new SeedStreams(1));
        using (no_grad())
        {
            foreach (TorchSharp.Modules.Parameter adapter in adapters.Values)
            {
                nn.init.normal_(adapter, 0, 1);
            }
        }

        int[][] expected = Generate(model, KernelPath.Off, Single, out _);
        Assert.NotEqual(before, expected);
        Assert.Equal(expected, Generate(model, KernelPaths.Supported[^1], Single, out _));
    }

    [Fact]
    public void Decode_NewTokenIsPadding_SeesItselfAsByLibtorch()
    {
        using InternVLModel model = Create("small", ScalarType.Float32);
        foreach (KernelPath path in KernelPaths.Supported)
        {
            Assert.InRange(LargestDifference([Padded(model, KernelPath.Off)], [Padded(model, path)]), 0, Float32Tolerance);
        }
    }

    [Fact]
    public void Decode_RowsShareAPosition_GivesLibtorchsStates()
    {
        using InternVLModel model = Create("small", ScalarType.Float32);
        float[] Shared(KernelPath path)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            model.Kernels.Path = path;
            using KeyValueCache cache = model.CreateCache(2, 4);
            return model.Decode(model.Embed(TestModels.Row([7, 21]).reshape(2, 1)), SequencePositions.Consecutive(1, 1, start: 3), cache)!.data<float>().ToArray();
        }

        Assert.InRange(LargestDifference([Shared(KernelPath.Off)], [Shared(KernelPaths.Supported[^1])]), 0, Float32Tolerance);
    }

    [Fact]
    public void Decode_CachePositionsOrPaddingOfOtherRows_AreRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using InternVLModel model = Create("small", ScalarType.Float32);
        model.Kernels.Path = KernelPaths.Supported[^1];
        Tensor embeddings_B1C = model.Embed(TestModels.Row([7, 21]).reshape(2, 1));
        string Refused(SequencePositions positions, int cacheRows, ScalarType dtype = ScalarType.Float32)
        {
            LanguageModelConfig language = model.Config.Language;
            using KeyValueCache cache = new(language.Layers, cacheRows, language.KeyValueHeads, 4, language.HeadSize, new Placement(CPU, dtype));
            return Assert.Throws<ArgumentException>(() => model.Decode(embeddings_B1C, positions, cache)).Message;
        }

        Assert.StartsWith("a cache", Refused(SequencePositions.Consecutive(2, 1), cacheRows: 1), StringComparison.Ordinal);
        Assert.StartsWith("a cache", Refused(SequencePositions.Consecutive(2, 1), cacheRows: 2, ScalarType.BFloat16), StringComparison.Ordinal);
        Assert.StartsWith("positions", Refused(SequencePositions.Consecutive(3, 1), cacheRows: 2), StringComparison.Ordinal);
        Assert.StartsWith("padding of [2, 3]", Refused(SequencePositions.Padded(new bool[2, 3] { { true, false, false }, { false, false, false } }, 1), cacheRows: 2), StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_Twice_LeavesNoTensor()
    {
        using InternVLModel model = Create("small", ScalarType.BFloat16);
        Generate(model, KernelPaths.Supported[^1], Single, out _);
        using DisposeScope scope = NewDisposeScope();
        Generate(model, KernelPaths.Supported[^1], Single, out _);

        Assert.Equal(0, scope.DisposablesCount);
    }

    private static Prompt[] Single => [new([3, 14, 15, 9, 2, 6], [])];

    private static Prompt[] Several => [new([3, 14, 15], []), new([9, 2, 6, 5, 35, 8, 9], []), new([1], [])];

    private static InternVLModel Create(string shape, ScalarType dtype)
    {
        LanguageModelConfig language = TestModels.Small.Language;
        return TestModels.Create(
            TestModels.Small with
            {
                Language = shape switch
                {
                    "one key head" => language with { KeyValueHeads = 1 },
                    "wide heads" => language with { HiddenSize = 72, HeadSize = 68, IntermediateSize = 101, Heads = 6, KeyValueHeads = 3 },
                    _ => language,
                },
            },
            seed: 5,
            dtype,
            hasHead: shape != "tied");
    }

    private static int[][] Generate(InternVLModel model, KernelPath path, Prompt[] prompts, out List<float[]> logits)
    {
        List<float[]> steps = [];
        model.Kernels.Path = path;
        GenerationResult result = new TextGenerator(model, TestModels.ImageToken).Generate(
            prompts, [], new GenerationOptions { MaxNewTokens = 24 }, onLogits: logits_BV => steps.Add(logits_BV.data<float>().ToArray()));
        logits = steps;
        return [.. result.TokenIds.Select(ids => ids.ToArray())];
    }

    /// <summary>The logits of given tokens, one after the other, so that a tie does not lead elsewhere.</summary>
    private static List<float[]> Forced(InternVLModel model, KernelPath path)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        model.Kernels.Path = path;
        using KeyValueCache cache = model.CreateCache(1, 20);
        List<float[]> logits = [];
        for (int step = 0; step < 20; step++)
        {
            Tensor embedded = model.Embed(TestModels.Row([(step * 7) % TestModels.ImageToken]));
            logits.Add(model.WideLogits(model.Decode(embedded, SequencePositions.Consecutive(1, 1, step), cache)!).data<float>().ToArray());
        }

        return logits;
    }

    /// <summary>Two tokens, then one more, of two rows; the first row is padding throughout.</summary>
    private static float[] Padded(InternVLModel model, KernelPath path)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        model.Kernels.Path = path;
        using KeyValueCache cache = model.CreateCache(2, 3);
        bool[,] isPadding_BS = { { true, true }, { false, false } };
        model.Decode(model.Embed(TestModels.Row([5, 6, 7, 8]).reshape(2, 2)), SequencePositions.Padded(isPadding_BS, 2), cache);
        bool[,] isPaddingNow_BS = { { true, true, true }, { false, false, false } };
        Tensor embedded_B1C = model.Embed(TestModels.Row([9, 10]).reshape(2, 1));
        return model.Decode(embedded_B1C, SequencePositions.Padded(isPaddingNow_BS, 1), cache)!.data<float>().ToArray();
    }

    private static double LargestDifference(List<float[]> expected, List<float[]> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.NotEmpty(expected);
        return expected.Zip(actual).Max(pair => pair.First.Zip(pair.Second).Max(values => Math.Abs((double)values.First - values.Second)));
    }

    private static double MeanError(List<float[]> expected, List<float[]> actual) =>
        Math.Sqrt(expected.Zip(actual).Average(pair => pair.First.Zip(pair.Second).Average(values => Math.Pow((double)values.First - values.Second, 2))));
}
