using System.Diagnostics;

namespace DriveKD.Models.Kernels;

/// <summary>
/// Threads that stay warm between the many short products of one token: they look out for new work for a moment before they sleep, so that
/// a call costs a few microseconds. Parts of a work are claimed one by one; a thread that the system holds back delays its own part only.
/// </summary>
/// <remarks>One caller at a time has the workers; another computes alone meanwhile, with the same results.</remarks>
internal sealed class WorkerPool : IDisposable
{
    // The pauses between two products of a layer are a few microseconds, those between two tokens some hundred.
    private static readonly long _lookoutTicks = Stopwatch.Frequency / 5000;
    private static readonly Lazy<WorkerPool> _shared = new(() => new WorkerPool());

    private readonly Lock _turn = new();
    private readonly object _bell = new();
    private readonly List<Thread> _workers = [];
    private PoolWork? _work;
    private int _asleep;
    private bool _isStopped;

    /// <summary>The process's own: threads are costly, and models of one process never gain by more of them than cores.</summary>
    public static WorkerPool Shared => _shared.Value;

    /// <summary>Runs all parts, the caller's thread among those that do, and returns when every part is done.</summary>
    /// <param name="threads">The most threads that take part, the caller's included.</param>
    /// <param name="parts">How many parts.</param>
    /// <param name="run">
    /// Runs the part of a number from 0; must not depend on who runs it. What it throws reaches the caller: once all parts have ended where
    /// several threads run them, at once where one does. Not held beyond the call.
    /// </param>
    public void Run(int threads, int parts, Action<int> run)
    {
        if (threads <= 1 || parts <= 1 || !_turn.TryEnter())
        {
            for (int part = 0; part < parts; part++)
            {
                run(part);
            }

            return;
        }

        try
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            Employ(threads - 1);
            PoolWork work = new(run, parts, helpers: threads - 1);
            // A full fence between handing out the work and looking for sleepers: a worker does the same two things the other way round.
            Interlocked.Exchange(ref _work, work);
            if (Volatile.Read(ref _asleep) > 0)
            {
                Ring();
            }

            work.TakeParts();
            work.WaitForAll();
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>Ends the workers; the pool cannot be used afterwards.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            Volatile.Write(ref _isStopped, true);
            Ring();
            _workers.ForEach(worker => worker.Join());
            _workers.Clear();
        }
    }

    private void Employ(int count)
    {
        while (_workers.Count < count)
        {
            // In the background: they never keep a process alive.
            Thread worker = new(Serve) { IsBackground = true, Name = "kernel worker" };
            worker.Start();
            _workers.Add(worker);
        }
    }

    private void Ring()
    {
        lock (_bell)
        {
            Monitor.PulseAll(_bell);
        }
    }

    private void Serve()
    {
        PoolWork? done = null;
        while (NextAfter(done) is { } work)
        {
            if (work.TryJoin())
            {
                work.TakeParts();
            }

            done = work;
        }
    }

    /// <summary>The latest work, once it is another than the given; null when the pool ends.</summary>
    private PoolWork? NextAfter(PoolWork? done)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() - start < _lookoutTicks)
        {
            if (Volatile.Read(ref _work) is { } work && work != done)
            {
                return work;
            }

            Thread.SpinWait(4);
        }

        lock (_bell)
        {
            while (true)
            {
                Interlocked.Increment(ref _asleep);
                PoolWork? work = Volatile.Read(ref _work);
                bool hasNews = Volatile.Read(ref _isStopped) || work != done;
                if (!hasNews)
                {
                    Monitor.Wait(_bell);
                }

                Interlocked.Decrement(ref _asleep);
                if (hasNews)
                {
                    return _isStopped ? null : work;
                }
            }
        }
    }
}
