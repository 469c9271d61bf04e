using System.Runtime.CompilerServices;
using DriveKD.Models.Kernels;

namespace DriveKD.Models.Tests.Kernels;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(3, 200)]
    [InlineData(8, 3)]
    public void Run_AnyThreadsAndParts_RunsEveryPartOnce(int threads, int parts)
    {
        using WorkerPool pool = new();
        for (int round = 0; round < 50; round++)
        {
            int[] runs = new int[parts];
            pool.Run(threads, parts, part => Interlocked.Increment(ref runs[part]));

            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public async Task Run_AfterWorkersWentToSleep_StillRunsEveryPart()
    {
        using WorkerPool pool = new();
        for (int round = 0; round < 3; round++)
        {
            int sum = 0;
            pool.Run(3, 100, part => Interlocked.Add(ref sum, part));

            Assert.Equal(4950, sum);
            await Task.Delay(20);
        }
    }

    [Fact]
    public void Run_SeveralCallersAtOnce_EachGetsItsParts()
    {
        using WorkerPool pool = new();
        int[] sums = new int[4];
        Parallel.For(0, sums.Length, caller =>
        {
            for (int round = 0; round < 100; round++)
            {
                pool.Run(3, 20, part => Interlocked.Add(ref sums[caller], part));
            }
        });

        Assert.All(sums, sum => Assert.Equal(100 * 190, sum));
    }

    [Fact]
    public void Run_WithinAPart_RunsItsParts()
    {
        using WorkerPool pool = new();
        int count = 0;
        pool.Run(2, 4, _ => pool.Run(2, 5, _ => Interlocked.Increment(ref count)));

        Assert.Equal(20, count);
    }

    [Fact]
    public void Run_PartThrows_ThrowsAfterAllPartsAndTheNextRunWorks()
    {
        using WorkerPool pool = new();
        int count = 0;

        FormatException exception = Assert.Throws<FormatException>(() => pool.Run(3, 10, part =>
        {
            Interlocked.Increment(ref count);
            if (part == 4)
            {
                throw new FormatException("part 4");
            }
        }));

        Assert.Equal(("part 4", 10), (exception.Message, count));
        pool.Run(3, 10, _ => Interlocked.Increment(ref count));
        Assert.Equal(20, count);
    }

    [Fact]
    public async Task Run_Ended_HoldsNothingOfTheWork()
    {
        using WorkerPool pool = new();
        WeakReference used = RunWithAnObject(pool);
        // A worker may still be on its way out of the last part.
        for (int wait = 0; wait < 100 && used.IsAlive; wait++)
        {
            await Task.Delay(10);
            GC.Collect();
        }

        Assert.False(used.IsAlive);
    }

    [Fact]
    public void Dispose_WhileWorkersSleepOrLookOut_EndsThem()
    {
        List<Thread> workers = [];
        WorkerPool pool = new();
        pool.Run(3, 64, _ =>
        {
            lock (workers)
            {
                if (Thread.CurrentThread.Name is not null && !workers.Contains(Thread.CurrentThread))
                {
                    workers.Add(Thread.CurrentThread);
                }
            }

            Thread.Sleep(1);
        });
        pool.Dispose();

        Assert.NotEmpty(workers);
        Assert.All(workers, worker => Assert.False(worker.IsAlive && worker.Name == "kernel worker"));
        Assert.Throws<ObjectDisposedException>(() => pool.Run(2, 2, _ => { }));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference RunWithAnObject(WorkerPool pool)
    {
        object model = new();
        pool.Run(3, 50, _ => GC.KeepAlive(model));
        return new WeakReference(model);
    }
}
