using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Layers;

public sealed class CheckpointedLayerTests
{
    private const int Length = 13;

    [Theory]
    [InlineData("output")]
    [InlineData("map")]
    [InlineData("state")]
    [InlineData("all")]
    public void Backward_EqualsThePlainLayers_AlsoInWhatIsNotReached(string reads)
    {
        Dictionary<string, Tensor?> plain = Gradients(reads, checkpoints: false, trained: _ => true);
        Dictionary<string, Tensor?> actual = Gradients(reads, checkpoints: true, trained: _ => true);

        AssertEqual(plain, actual);
        // A map of the third layer reaches nothing behind its queries and keys, a state before it nothing of it.
        Assert.Equal(reads is "map" or "state", plain["language_model.model.layers.2.self_attn.v_proj.weight"] is null);
    }

    [Theory]
    [InlineData("layers.2.mlp")]
    [InlineData("layers.0.self_attn.q_proj")]
    public void Backward_FrozenInputs_StillReachesWhatIsTrained(string part)
    {
        Dictionary<string, Tensor?> plain = Gradients("all", checkpoints: false, name => name.Contains(part, StringComparison.Ordinal));
        Dictionary<string, Tensor?> actual = Gradients("all", checkpoints: true, name => name.Contains(part, StringComparison.Ordinal));

        Assert.Contains(actual, entry => entry.Value is not null);
        AssertEqual(plain, actual);
    }

    [Fact]
    public void Backward_TwiceThroughOneGraph_GivesTheSameTwice()
    {
        using InternVLModel model = Model(checkpoints: true, _ => true);
        using DisposeScope scope = NewDisposeScope();
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 1, 2 }, HiddenStates = new HashSet<int> { 2 } });
        Tensor loss = Loss(model, "all", probe);
        loss.backward(retain_graph: true);
        Parameter parameter = model.named_parameters().Single(entry => entry.name == "language_model.model.layers.1.self_attn.k_proj.weight").parameter;
        Tensor first = parameter.grad!.clone();
        parameter.grad!.zero_();
        loss.backward();

        Assert.True(first.abs().max().ToSingle() > 0);
        Assert.Equal(0, Close.Distance(first, parameter.grad!));
    }

    [Fact]
    public void Forward_AndBackward_LeaveNoTensorBehind()
    {
        using InternVLModel model = Model(checkpoints: true, name => name.Contains("layers.1.", StringComparison.Ordinal));
        void Once()
        {
            using DisposeScope scope = NewDisposeScope();
            using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 1, 2 }, HiddenStates = new HashSet<int> { 2 } });
            Loss(model, "all", probe).backward();
            foreach (Parameter parameter in model.parameters())
            {
                parameter.grad = null;
            }
        }

        Once();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Once();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void AssertEqual(Dictionary<string, Tensor?> expected, Dictionary<string, Tensor?> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach ((string name, Tensor? gradient) in expected)
        {
            Assert.True((gradient is null) == (actual[name] is null), name);
            if (gradient is not null)
            {
                // Several gradients of one state may be added in another order.
                Close.Assert(gradient, actual[name]!, 2e-6 * (1 + gradient.abs().max().ToSingle()), name);
            }
        }
    }

    private static Dictionary<string, Tensor?> Gradients(string reads, bool checkpoints, Func<string, bool> trained)
    {
        using InternVLModel model = Model(checkpoints, trained);
        using DisposeScope scope = NewDisposeScope();
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 1, 2 }, HiddenStates = new HashSet<int> { 2 } });
        Loss(model, reads, probe).backward();
        return model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad?.clone().DetachFromDisposeScope());
    }

    private static InternVLModel Model(bool checkpoints, Func<string, bool> trained)
    {
        InternVLModel model = TestModels.Create(TestModels.Small, seed: 21);
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            parameter.requires_grad = trained(name);
        }

        model.CheckpointsActivations = checkpoints;
        return model;
    }

    private static Tensor Loss(InternVLModel model, string reads, Probe probe)
    {
        long[] ids = [.. Enumerable.Range(0, Length).Select(i => (long)(3 * i % 17))];
        Tensor output = model.Decode(model.Embed(tensor(ids).reshape(1, -1)), SequencePositions.Consecutive(1, Length), probe: probe)!;
        Tensor ofOutput = output.square().sum();
        // The map of the last of the two layers alone.
        Tensor ofMap = probe.Attention[2].square().sum();
        if (reads == "output" || reads == "map")
        {
            return reads == "output" ? ofOutput : ofMap;
        }

        Tensor ofState = probe.Hidden[2].square().sum();
        return reads == "state" ? ofState : ofOutput.add(ofMap).add(probe.Attention[1].square().sum()).add(ofState);
    }
}
