using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Probing;

public sealed class ProbeTests : IDisposable
{
    private const int Length = 13;

    private readonly InternVLModel _model = TestModels.Create(TestModels.Small, seed: 21);
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Taps_EveryLayer_EqualTheRecordedStages()
    {
        using Probe all = new(new ProbeRequest { RecordsStages = true });
        Run(_model, all)!.Dispose();
        for (int layer = 0; layer < 4; layer++)
        {
            using Probe one = new(new ProbeRequest { AttentionLayers = new HashSet<int> { layer }, HiddenStates = new HashSet<int> { layer + 1 } });
            Assert.NotNull(Run(_model, one));
            Close.Assert(all.Stages[$"llm.attention.{layer:00}"].mean([1]), one.Attention[layer], 1e-6, $"attention {layer}");
            Close.Assert(all.Stages[$"llm.hidden.{layer + 1:00}"], one.Hidden[layer + 1], 3e-5, $"hidden state {layer + 1}");
        }
    }

    [Fact]
    public void Taps_OfSomeLayers_CollectNothingElse()
    {
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 0, 2 }, HiddenStates = new HashSet<int> { 1 } });
        Run(_model, probe);

        Assert.Equal([0, 2], probe.Attention.Keys.Order());
        Assert.Equal([1], probe.Hidden.Keys);
        Assert.Empty(probe.Stages);
    }

    [Fact]
    public void Taps_LeaveTheOutputAsItIs()
    {
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 0, 1, 2, 3 } });

        Close.Assert(Run(_model, null)!, Run(_model, probe)!, 1e-5);
    }

    [Fact]
    public void AttentionMaps_AreCausalDistributions()
    {
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 0, 3 } });
        Run(_model, probe);

        foreach (Tensor map in probe.Attention.Values)
        {
            Assert.Equal([1, Length, Length], map.shape);
            Assert.Equal(ScalarType.Float32, map.dtype);
            Close.Assert(ones(1, Length), map.sum(-1), 1e-6, "row sums");
            Assert.Equal(0, map.triu(1).abs().max().ToSingle());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void StopsWhenSatisfied_TouchesNothingBehindTheWantedMap(int layer)
    {
        using Probe whole = new(new ProbeRequest { AttentionLayers = new HashSet<int> { layer } });
        Run(_model, whole);

        // Poison: one value of what must not run would make the map NaN, or the pass return something.
        Poison(name => LayerOf(name) > layer || (LayerOf(name) == layer && !IsNeededForTheMap(name)) || name.EndsWith("model.norm.weight", StringComparison.Ordinal));
        using Probe early = new(new ProbeRequest { AttentionLayers = new HashSet<int> { layer }, StopsWhenSatisfied = true });

        Assert.Null(Run(_model, early));
        Close.Assert(whole.Attention[layer], early.Attention[layer], 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void StopsWhenSatisfied_TouchesNothingBehindTheWantedState(int state)
    {
        using Probe whole = new(new ProbeRequest { HiddenStates = new HashSet<int> { state } });
        Run(_model, whole);
        Poison(name => LayerOf(name) >= state);
        using Probe early = new(new ProbeRequest { HiddenStates = new HashSet<int> { state }, StopsWhenSatisfied = true });
        Tensor? output = Run(_model, early);

        Assert.Equal(state < 4, output is null);
        Close.Assert(whole.Hidden[state], early.Hidden[state], 1e-6);
    }

    [Fact]
    public void StopsWhenSatisfied_StateAndMapOfOneLayer_BothArrive()
    {
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 1 }, HiddenStates = new HashSet<int> { 2 }, StopsWhenSatisfied = true });
        Poison(name => LayerOf(name) > 1);

        Assert.Null(Run(_model, probe));
        Assert.False(probe.Attention[1].isnan().any().ToBoolean());
        Assert.False(probe.Hidden[2].isnan().any().ToBoolean());
    }

    [Fact]
    public void Taps_KeepTheirGradientHistory()
    {
        Parameter[] parameters = [.. _model.parameters()];
        Array.ForEach(parameters, parameter => parameter.requires_grad = true);
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 2 }, StopsWhenSatisfied = true });
        Run(_model, probe);
        probe.Attention[2].square().sum().backward();
        Dictionary<string, Parameter> byName = _model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);

        Assert.True(byName["language_model.model.layers.0.self_attn.v_proj.weight"].grad!.abs().sum().ToSingle() > 0);
        Assert.True(byName["language_model.model.layers.2.self_attn.k_proj.weight"].grad!.abs().sum().ToSingle() > 0);
        Assert.Null(byName["language_model.model.layers.2.self_attn.v_proj.weight"].grad);
        Assert.Null(byName["language_model.model.layers.3.self_attn.q_proj.weight"].grad);
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(0, 5)]
    public void Taps_OfLayersThatDoNotExist_AreRefused(int attentionLayer, int hiddenState)
    {
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { attentionLayer }, HiddenStates = new HashSet<int> { hiddenState } });

        Assert.Contains("4 layers", Assert.Throws<ArgumentException>(() => Run(_model, probe)).Message, StringComparison.Ordinal);
    }

    private static Tensor? Run(InternVLModel model, Probe? probe)
    {
        int[] ids = TestModels.Ids(Length, tiles: 1);
        Tensor embedded = model.Embed(TestModels.Row(ids), TestModels.Mask(ids), model.EncodeTiles(TestModels.Pixels(1)).flatten(0, 1));
        return model.Decode(embedded, SequencePositions.Consecutive(1, Length), null, probe);
    }

    private void Poison(Func<string, bool> isPoisoned)
    {
        using IDisposable noGrad = no_grad();
        int poisoned = 0;
        foreach ((string name, Parameter parameter) in _model.named_parameters().Where(pair => isPoisoned(pair.name)))
        {
            parameter.fill_(float.NaN);
            poisoned++;
        }

        Assert.True(poisoned > 0 || !isPoisoned("language_model.model.norm.weight"));
    }

    private static int LayerOf(string name) =>
        name.StartsWith("language_model.model.layers.", StringComparison.Ordinal) ? name["language_model.model.layers.".Length] - '0' : -1;

    private static bool IsNeededForTheMap(string name) =>
        name.Contains("input_layernorm", StringComparison.Ordinal) || name.Contains("q_proj", StringComparison.Ordinal) || name.Contains("k_proj", StringComparison.Ordinal);
}
