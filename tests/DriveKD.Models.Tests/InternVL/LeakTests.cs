using DriveKD.Models.Generation;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.InternVL;

/// <summary>Nothing but what the caller was given stays alive.</summary>
public sealed class LeakTests
{
    [Fact]
    public void ForwardWithEveryTap_LeavesNothingBehind() => AssertNoLeak(model =>
    {
        using IDisposable noGrad = no_grad();
        using Probe probe = new(new ProbeRequest { RecordsStages = true, AttentionLayers = new HashSet<int> { 0, 3 }, HiddenStates = new HashSet<int> { 0, 4 } });
        Forward(model, probe);
    });

    [Fact]
    public void ForwardThatEndsEarly_LeavesNothingBehind() => AssertNoLeak(model =>
    {
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 2 }, StopsWhenSatisfied = true });
        Forward(model, probe);
    });

    [Fact]
    public void ForwardAndBackward_LeaveNothingBehind() => AssertNoLeak(model =>
    {
        Parameter[] parameters = [.. model.parameters()];
        Array.ForEach(parameters, parameter => parameter.requires_grad = true);
        using (DisposeScope scope = NewDisposeScope())
        {
            Forward(model, null)!.square().sum().backward();
        }

        foreach (Parameter parameter in parameters)
        {
            Assert.NotNull(parameter);
            parameter.grad = null;
            parameter.requires_grad = false;
        }
    });

    [Fact]
    public void Generate_LeavesNothingBehind() => AssertNoLeak(model =>
    {
        using Tensor pixels = TestModels.Pixels(1);
        TextGenerator generator = new(model, TestModels.ImageToken);
        generator.Generate(
            [new Prompt(TestModels.Ids(9, tiles: 1), TestModels.Squares(1)), new Prompt([1, 2, 3], [])], TestModels.Pieces(pixels), new GenerationOptions { MaxNewTokens = 4, Temperature = 1, TopK = 5 });
    });

    [Fact]
    public void Generate_ThatIsCancelled_LeavesNothingBehind() => AssertNoLeak(model =>
    {
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => new TextGenerator(model, TestModels.ImageToken).Generate(
            [new Prompt([1, 2, 3], [])], [], new GenerationOptions { MaxNewTokens = 9 }, onToken: _ => source.Cancel(), cancellation: source.Token));
    });

    [Fact]
    public void Model_WhenDisposed_ReleasesEveryParameter()
    {
        TestModels.Create(TestModels.Small).Dispose();
        long before = Live();
        TestModels.Create(TestModels.Small).Dispose();

        Assert.Equal(before, Live());
    }

    [Fact]
    public void Model_BuiltInsideAScope_OutlivesIt()
    {
        InternVLModel model;
        using (DisposeScope scope = NewDisposeScope())
        {
            model = TestModels.Create(TestModels.Small);
        }

        using (model)
        {
            Assert.All(model.parameters(), parameter => Assert.False(parameter.IsInvalid));
        }
    }

    private static Tensor? Forward(InternVLModel model, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        int[] ids = TestModels.Ids(12, tiles: 1);
        Tensor features = model.EncodeTiles(TestModels.Pixels(1), probe).flatten(0, 1);
        Tensor embedded = model.Embed(TestModels.Row(ids), TestModels.Mask(ids), features);
        Tensor? hidden = model.Decode(embedded, SequencePositions.Consecutive(1, 12), null, probe);
        using KeyValueCache cache = model.CreateCache(1, 12);
        if (hidden is null)
        {
            return null;
        }

        Tensor logits = model.Logits(hidden);
        return logits.requires_grad ? logits.MoveToOuterDisposeScope() : null;
    }

    private static void AssertNoLeak(Action<InternVLModel> work)
    {
        using InternVLModel model = TestModels.Create(TestModels.Small);
        work(model);
        long before = Live();
        work(model);

        Assert.Equal(before, Live());
    }

    private static long Live() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;
}
