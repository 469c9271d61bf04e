using DriveKD.Data.Errors;
using DriveKD.Models.Layers;
using DriveKD.Models.Streaming;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Streaming;

public class BlockStreamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Next_EveryBlock_HasItsOwnWeightsInAtMostTwoPlaces(int count)
    {
        int created = 0;
        using BlockStream<RmsNorm> stream = new(count, () => Create(ref created), Fill, CancellationToken.None);
        for (int place = 0; place < count; place++)
        {
            Assert.Equal(place, Value(stream.Next()));
        }

        Assert.Equal(Math.Min(2, count), created);
        Assert.Throws<InvalidOperationException>(stream.Next);
    }

    [Fact]
    public void Next_ABlockThatCannotBeRead_ThrowsThereAndNotBefore()
    {
        int created = 0;
        using BlockStream<RmsNorm> stream = new(
            3, () => Create(ref created), (block, place, stop) => Fill(block, place < 2 ? place : throw new InputException("file", "is damaged."), stop), CancellationToken.None);
        Assert.Equal(0, Value(stream.Next()));
        Assert.Equal(1, Value(stream.Next()));
        Assert.Throws<InputException>(stream.Next);
    }

    [Fact]
    public void Create_SecondBlockHasNoRoom_LetsTheFirstGo()
    {
        int created = 0;
        RmsNorm? first = null;
        RmsNorm CreateOne() => first is null ? first = Create(ref created) : throw new InsufficientMemoryException();

        Assert.Throws<InsufficientMemoryException>(() => new BlockStream<RmsNorm>(3, CreateOne, Fill, CancellationToken.None));
        Assert.True(first!.Weight.IsInvalid);
    }

    [Fact]
    public void Dispose_WhileABlockIsRead_WaitsForItsEnd()
    {
        int created = 0;
        int ended = 0;
        using (BlockStream<RmsNorm> stream = new(
            2,
            () => Create(ref created),
            (_, _, stop) =>
            {
                stop.WaitHandle.WaitOne();
                Interlocked.Increment(ref ended);
                stop.ThrowIfCancellationRequested();
            },
            CancellationToken.None))
        {
            Assert.Equal(0, Volatile.Read(ref ended));
        }

        Assert.Equal(1, ended);
    }

    [Fact]
    public void Next_Cancelled_Throws()
    {
        int created = 0;
        using CancellationTokenSource source = new();
        using BlockStream<RmsNorm> stream = new(
            2,
            () => Create(ref created),
            (_, _, stop) =>
            {
                stop.WaitHandle.WaitOne();
                stop.ThrowIfCancellationRequested();
            },
            source.Token);
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(stream.Next);
    }

    private static RmsNorm Create(ref int created)
    {
        created++;
        return new RmsNorm(4, 1e-6, new Placement(CPU, ScalarType.Float32));
    }

    private static void Fill(RmsNorm block, int place, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        using IDisposable noGrad = no_grad();
        using Tensor values = full([4], place);
        block.parameters().Single().copy_(values);
    }

    private static double Value(RmsNorm block)
    {
        using Tensor sum = block.parameters().Single().mean();
        return sum.item<float>();
    }
}
