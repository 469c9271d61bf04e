using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Probing;

public sealed class PassWatcherTests : IDisposable
{
    private const int Length = 13;

    private readonly InternVLModel _model = TestModels.Create(TestModels.Small, seed: 22);
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Watcher_EveryLayer_IsShownWhatAProbeKeeps(ScalarType dtype)
    {
        using InternVLModel model = TestModels.Create(TestModels.Small, seed: 22, dtype);
        using IDisposable noGrad = no_grad();
        using Probe kept = new(new ProbeRequest
        {
            KeepsHeads = true,
            AttentionLayers = new HashSet<int> { 0, 1, 2, 3 },
            HiddenStates = new HashSet<int> { 0, 1, 2, 3, 4 },
        });
        Tensor output = Run(model, kept)!;
        using PassRecorder recorder = new();
        using Probe watched = new(new ProbeRequest { Watcher = recorder });
        Tensor watchedOutput = Run(model, watched)!;

        Assert.Equal(["h0", "a0", "h1", "a1", "h2", "a2", "h3", "a3", "h4"], recorder.Order);
        for (int layer = 0; layer < 4; layer++)
        {
            Assert.Equal(ScalarType.Float32, recorder.Attention_BHTS[layer].dtype);
            Close.Assert(kept.HeadAttention[layer], recorder.Attention_BHTS[layer], 0, $"attention {layer}");
            Close.Assert(kept.Attention[layer], recorder.Attention_BHTS[layer].mean([1]), 1e-6, $"mean attention {layer}");
        }

        for (int state = 0; state <= 4; state++)
        {
            Assert.Equal(dtype, recorder.Hidden_BTC[state].dtype);
            Close.Assert(kept.Hidden[state], recorder.Hidden_BTC[state], 0, $"hidden state {state}");
        }

        Close.Assert(output, watchedOutput, 0, "output");
    }

    [Fact]
    public void Watcher_PaddedBatch_IsShownEverySample()
    {
        using PassRecorder recorder = new();
        using Probe watched = new(new ProbeRequest { Watcher = recorder });
        using IDisposable noGrad = no_grad();
        Tensor embedded = _model.Embed(TestModels.Row(TestModels.Ids(Length, tiles: 0)).repeat(2, 1));
        bool[,] padding = new bool[2, Length];
        (padding[0, 0], padding[0, 1]) = (true, true);
        _model.Decode(embedded, SequencePositions.Padded(padding, Length), null, watched);

        Assert.Equal([2, 4, Length, Length], recorder.Attention_BHTS[3].shape);
        Assert.Equal(0, recorder.Attention_BHTS[3].select(0, 0).narrow(1, 2, Length - 2).narrow(2, 0, 2).abs().max().ToSingle());
    }

    [Fact]
    public void Watcher_ThatKeepsNothing_SeesNoTensorsPileUp()
    {
        Counter counter = new();
        using IDisposable noGrad = no_grad();
        using Probe watched = new(new ProbeRequest { Watcher = counter });
        Run(_model, watched);

        // From the second layer's output on, when its input is still there, every layer finds as many live tensors as the one before.
        Assert.Equal(5, counter.Live.Count);
        Assert.Single(counter.Live.Skip(2).Distinct());
        Assert.Empty(watched.Attention);
        Assert.Empty(watched.HeadAttention);
        Assert.Empty(watched.Hidden);
        Assert.Empty(watched.Stages);
    }

    [Fact]
    public void Watcher_AndTaps_BothAreServed()
    {
        using PassRecorder recorder = new();
        using IDisposable noGrad = no_grad();
        using Probe probe = new(new ProbeRequest { Watcher = recorder, AttentionLayers = new HashSet<int> { 1 }, StopsWhenSatisfied = true });

        // A watched pass runs to its end.
        Assert.NotNull(Run(_model, probe));
        Assert.Equal([1], probe.Attention.Keys);
        Assert.Empty(probe.HeadAttention);
        Assert.Equal(9, recorder.Order.Count);
    }

    [Fact]
    public void Watcher_ThatThrows_LeavesNothingBehind()
    {
        using IDisposable noGrad = no_grad();
        Fail();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Fail();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Fail()
        {
            using DisposeScope scope = NewDisposeScope();
            using Probe probe = new(new ProbeRequest { Watcher = new Counter { FailsAt = 2 } });
            Assert.Throws<OperationCanceledException>(() => Run(_model, probe));
        }
    }

    private static Tensor? Run(InternVLModel model, Probe? probe)
    {
        int[] ids = TestModels.Ids(Length, tiles: 1);
        Tensor embedded = model.Embed(TestModels.Row(ids), TestModels.Mask(ids), model.EncodeTiles(TestModels.Pixels(1)).flatten(0, 1));
        return model.Decode(embedded, SequencePositions.Consecutive(1, Length), null, probe);
    }

    private sealed class Counter : IPassWatcher
    {
        public int FailsAt { get; init; } = -1;

        public List<long> Live { get; } = [];

        public void OnAttention(int layer, Tensor weights_BHTS) => Assert.Equal(4, weights_BHTS.dim());

        public void OnHidden(int index, Tensor hidden_BTC)
        {
            Live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            if (index == FailsAt)
            {
                throw new OperationCanceledException();
            }
        }
    }
}
