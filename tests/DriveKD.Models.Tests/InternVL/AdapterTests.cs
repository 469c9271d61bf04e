using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Tests.Support;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Tests.InternVL;

public sealed class AdapterTests
{
    private const double Tolerance = 1e-5;

    private static readonly ValueList<string> _everyTarget = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    [Fact]
    public void AttachAdapters_DefaultTargets_NamesAPairPerMatrixInTheModelsOrder()
    {
        using InternVLModel model = TestModels.Create(TestModels.Small);
        IReadOnlyDictionary<string, Parameter> adapters = model.AttachAdapters(new LoraSettings { Rank = 3 }, new SeedStreams(1));
        string[] expected =
        [
            .. from layer in Enumerable.Range(0, 4)
                from target in (string[])["q_proj", "v_proj"]
                from half in (string[])["lora_A", "lora_B"]
                select $"language_model.model.layers.{layer}.self_attn.{target}.{half}",
        ];
        Assert.Equal(expected, adapters.Keys);
        Assert.Equal([3, 32], adapters["language_model.model.layers.0.self_attn.v_proj.lora_A"].shape);
        Assert.Equal([16, 3], adapters["language_model.model.layers.0.self_attn.v_proj.lora_B"].shape);
        Assert.All(adapters.Values, adapter => Assert.False(adapter.requires_grad));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void AttachAdapters_BeforeTraining_ChangesNoLogitAndNoParameter(ScalarType dtype)
    {
        using InternVLModel model = TestModels.Create(TestModels.Small, dtype: dtype);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        string[] names = [.. model.WeightsByName().Keys];
        Tensor before = Logits(model);
        IReadOnlyDictionary<string, Parameter> adapters = model.AttachAdapters(new LoraSettings { Rank = 4, Targets = _everyTarget }, new SeedStreams(1));
        Close.Assert(before, Logits(model), 0);
        Assert.Equal(names, model.WeightsByName().Keys);
        Assert.Equal(names, model.named_parameters().Select(entry => entry.name));
        Assert.Equal(2 * 7 * 4, adapters.Count);
        Assert.All(adapters.Values, adapter => Assert.Equal(dtype, adapter.dtype));
    }

    [Fact]
    public void AttachAdapters_SeedsAndTargets_DecideEachMatrixAlone()
    {
        const string Name = "language_model.model.layers.2.self_attn.v_proj.lora_A";
        float[] Start(long seed, params string[] targets)
        {
            using InternVLModel model = TestModels.Create(TestModels.Small);
            return model.AttachAdapters(new LoraSettings { Rank = 2, Targets = [.. targets] }, new SeedStreams(seed))[Name].data<float>().ToArray();
        }

        Assert.Equal(Start(5, "v_proj"), Start(5, "q_proj", "v_proj", "up_proj"));
        Assert.NotEqual(Start(5, "v_proj"), Start(6, "v_proj"));
    }

    [Fact]
    public void Logits_OfTheMergedModel_EqualThoseOfTheAdaptedOne()
    {
        using InternVLModel adapted = TestModels.Create(TestModels.Small);
        using InternVLModel merged = TestModels.Create(TestModels.Small);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor before = Logits(adapted);
        Merge(merged, Attach(adapted), 1.5);
        Assert.True(Close.Distance(before, Logits(adapted)) > 0.1, "the adapters must matter");
        Close.Assert(Logits(adapted), Logits(merged), Tolerance * Logits(adapted).abs().max().ToDouble());
    }

    [Fact]
    public void Backward_EveryTarget_GivesTheGradientsThatFollowFromTheMergedMatrices()
    {
        using InternVLModel adapted = TestModels.Create(TestModels.SixB);
        using InternVLModel merged = TestModels.Create(TestModels.SixB);
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Parameter> adapters = Attach(adapted);
        Merge(merged, adapters, 1.5);
        Dictionary<string, Parameter> weights = merged.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (Parameter parameter in adapters.Values.Concat(weights.Values))
        {
            parameter.requires_grad = true;
        }

        Loss(adapted).backward();
        Loss(merged).backward();
        using IDisposable noGrad = no_grad();
        foreach (string name in adapters.Keys.Where(name => name.EndsWith(AdapterTargets.AEnding, StringComparison.Ordinal)))
        {
            string matrix = name[..^AdapterTargets.AEnding.Length];
            Tensor whole_OI = weights[matrix + ".weight"].grad!;
            Parameter a_RI = adapters[name];
            Parameter b_OR = adapters[matrix + AdapterTargets.BEnding];
            double scale = 1 + whole_OI.abs().max().ToDouble();
            Close.Assert(b_OR.t().matmul(whole_OI).mul(1.5), a_RI.grad!, Tolerance * scale, name);
            Close.Assert(whole_OI.matmul(a_RI.t()).mul(1.5), b_OR.grad!, Tolerance * scale, matrix + AdapterTargets.BEnding);
        }
    }

    [Fact]
    public void AttachAdapters_RankAndTargetsThatDoNotFit_NamesEachAndAttachesNothing()
    {
        using InternVLModel model = TestModels.Create(TestModels.Small);
        InputException exception = Assert.Throws<InputException>(
            () => model.AttachAdapters(new LoraSettings { Rank = 17, Targets = ["q_proj", "k_proj", "qkv"] }, new SeedStreams(1)));
        Assert.Equal(
            [
                "train.lora.rank: 17 is more than k_proj allows: its matrix is [16, 32], of rank 16 at most.",
                "train.lora.targets: 'qkv' is no matrix of a decoder layer; those are q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj.",
            ],
            exception.Problems.Select(problem => problem.ToString()));
        Assert.Equal(16, model.AttachAdapters(new LoraSettings { Rank = 16 }, new SeedStreams(1)).Count);
    }

    [Fact]
    public void AttachAdapters_Twice_IsRefused()
    {
        using InternVLModel model = TestModels.Create(TestModels.Small);
        model.AttachAdapters(new LoraSettings { Rank = 1 }, new SeedStreams(1));
        long before = Live();
        Assert.Throws<InvalidOperationException>(() => model.AttachAdapters(new LoraSettings { Rank = 1, Targets = ["o_proj", "v_proj"] }, new SeedStreams(1)));
        Assert.Equal(before, Live());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Model_WithAdaptersWhenDisposed_ReleasesThem(bool isAttachedInAScope)
    {
        void Use()
        {
            using InternVLModel model = TestModels.Create(TestModels.Small);
            IReadOnlyDictionary<string, Parameter> adapters;
            using (DisposeScope? scope = isAttachedInAScope ? NewDisposeScope() : null)
            {
                adapters = Attach(model);
            }

            using (DisposeScope scope = NewDisposeScope())
            {
                Assert.All(adapters.Values, adapter => Assert.False(adapter.IsInvalid));
                Loss(model).backward();
            }
        }

        Use();
        long before = Live();
        Use();
        Assert.Equal(before, Live());
    }

    /// <summary>Adapters everywhere, with B far from zero; alpha / rank is 1.5.</summary>
    private static IReadOnlyDictionary<string, Parameter> Attach(InternVLModel model)
    {
        IReadOnlyDictionary<string, Parameter> adapters =
            model.AttachAdapters(new LoraSettings { Rank = 4, Alpha = 6, Targets = _everyTarget }, new SeedStreams(1));
        using IDisposable noGrad = no_grad();
        RandomStream random = new(9);
        foreach (Parameter adapter in adapters.Values)
        {
            adapter.requires_grad = true;
        }

        foreach (Parameter b_OR in adapters.Where(entry => entry.Key.EndsWith(AdapterTargets.BEnding, StringComparison.Ordinal)).Select(entry => entry.Value))
        {
            using Tensor values = tensor([.. Enumerable.Range(0, (int)b_OR.numel()).Select(_ => (float)(random.NextDouble() - 0.5))], b_OR.shape);
            b_OR.copy_(values);
        }

        return adapters;
    }

    private static void Merge(InternVLModel model, IReadOnlyDictionary<string, Parameter> adapters, double scale)
    {
        IReadOnlyDictionary<string, Tensor> weights = model.WeightsByName();
        foreach (string name in adapters.Keys.Where(name => name.EndsWith(AdapterTargets.AEnding, StringComparison.Ordinal)))
        {
            string matrix = name[..^AdapterTargets.AEnding.Length];
            LowRankAdapter.MergeInto(weights[matrix + ".weight"], adapters[name], adapters[matrix + AdapterTargets.BEnding], scale);
        }
    }

    private static Tensor Logits(InternVLModel model)
    {
        int[] ids = TestModels.Ids(12, tiles: 1);
        Tensor embedded = model.Embed(TestModels.Row(ids), TestModels.Mask(ids), model.EncodeTiles(TestModels.Pixels(1)).flatten(0, 1));
        return model.Logits(model.Decode(embedded, SequencePositions.Consecutive(1, ids.Length))!);
    }

    private static Tensor Loss(InternVLModel model)
    {
        long[] labels = [.. TestModels.Ids(12, tiles: 1).Skip(1).Select(id => (long)id)];
        return functional.cross_entropy(Logits(model)[0, ..^1], tensor(labels));
    }

    private static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
