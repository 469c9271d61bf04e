using DriveKD.Data.Errors;
using DriveKD.Models.Streaming;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Streaming;

public sealed class WaitingTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(900)]
    [InlineData(100_000)]
    public void Take_AfterAnyOrder_GivesTheBitsBackWithinTheLimit(int limit)
    {
        Random random = new(3);
        List<(WaitingTensor Waiting, float[] Values)> known = [];
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (WaitingTensors waiting = new(limit, _folder["scratch"]))
        {
            for (int step = 0; step < 400; step++)
            {
                using DisposeScope scope = NewDisposeScope();
                if (known.Count > 0 && random.Next(2) == 0)
                {
                    int at = random.Next(known.Count);
                    Tensor read = random.Next(3) == 0 ? waiting.Read(known[at].Waiting, CPU) : waiting.Take(known[at].Waiting, CPU);
                    Assert.Equal(known[at].Values, read.flatten().data<float>().ToArray());
                    if (waiting.Count < known.Count)
                    {
                        known.RemoveAt(at);
                    }
                }
                else
                {
                    float[] values = [.. Enumerable.Range(0, 2 * (1 + random.Next(40))).Select(_ => (float)random.NextDouble())];
                    Tensor flat = tensor(values);
                    // A view in another order becomes a copy of its own.
                    bool isTurned = random.Next(2) == 0;
                    Tensor shaped = flat.reshape(2, -1);
                    Tensor given = isTurned ? shaped.t() : shaped.clone();
                    Tensor expected = given.clone().flatten();
                    known.Add((waiting.Put(given), expected.data<float>().ToArray()));
                }

                Assert.True(waiting.MemoryBytes <= limit);
                Assert.Equal(known.Count, waiting.Count);
            }

            Assert.Equal(limit < 100_000, waiting.ScratchBytes > 0);
            Assert.True(OperatingSystem.IsWindows() || !Directory.Exists(_folder["scratch"]) || Directory.GetFiles(_folder["scratch"]).Length == 0);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Empty(Directory.Exists(_folder["scratch"]) ? Directory.GetFiles(_folder["scratch"]) : []);
    }

    [Fact]
    public void Put_WithoutAScratchFolder_KeepsAllInMemory()
    {
        using WaitingTensors waiting = new(0);
        waiting.Put(ones(100));
        Assert.Equal((400L, 0L), (waiting.MemoryBytes, waiting.ScratchBytes));
    }

    [Fact]
    public void Put_FolderThatIsAFile_SaysWhatToDo()
    {
        File.WriteAllText(_folder["file"], "");
        using WaitingTensors waiting = new(0, _folder["file"]);
        using Tensor value = ones(4);
        Assert.Contains("cache.stream_scratch", Assert.Throws<InputException>(() => waiting.Put(value)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_Twice_IsRefused()
    {
        using WaitingTensors waiting = new(0, _folder["scratch"]);
        WaitingTensor one = waiting.Put(ones(4));
        waiting.Take(one, CPU).Dispose();
        Assert.Throws<ArgumentException>(() => waiting.Take(one, CPU));
        Assert.Throws<ArgumentException>(() => waiting.Drop(one));
    }
}
