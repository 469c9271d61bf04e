using static TorchSharp.torch.nn;

namespace DriveKD.Models.Streaming;

/// <summary>
/// Equal blocks of a model, one after the other, in two of them that are filled in turn: while one computes, another thread reads the next
/// one's weights. The one place where two threads have tensors at once; they never have the same ones.
/// </summary>
/// <typeparam name="TBlock">A block.</typeparam>
internal sealed class BlockStream<TBlock> : IDisposable
    where TBlock : Module
{
    private readonly int _count;
    private readonly List<TBlock> _slots = [];
    private readonly Action<TBlock, int, CancellationToken> _fill;
    private readonly CancellationTokenSource _stop;
    private Task? _reading;
    private int _next;

    /// <summary>Makes the two blocks and begins to read the first.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="create">Makes a block with unset weights.</param>
    /// <param name="fill">Sets a block's weights to those of a place, counted from 0; called by another thread.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public BlockStream(int count, Func<TBlock> create, Action<TBlock, int, CancellationToken> fill, CancellationToken cancellation)
    {
        (_count, _fill) = (count, fill);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            while (_slots.Count < Math.Min(2, count))
            {
                _slots.Add(create());
            }
        }
        catch
        {
            // Memory that held one block and had none left for the other is needed elsewhere.
            Dispose();
            throw;
        }

        Begin(0);
    }

    /// <summary>The next block, once it is read. The one that was given before is given up: its weights will be replaced. Stays owned here.</summary>
    /// <exception cref="Data.Errors.InputException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The reading was ended.</exception>
    public TBlock Next()
    {
        if (_next >= _count)
        {
            throw new InvalidOperationException($"All {_count} blocks were given.");
        }

        _reading!.GetAwaiter().GetResult();
        TBlock block = _slots[_next % _slots.Count];
        _next++;
        Begin(_next);
        return block;
    }

    public void Dispose()
    {
        _stop.Cancel();
        // Whatever became of it: who waits for a block hears of it there.
        ((IAsyncResult?)_reading)?.AsyncWaitHandle.WaitOne();
        _ = _reading?.Exception;
        foreach (TBlock slot in _slots)
        {
            slot.Dispose();
        }

        _stop.Dispose();
    }

    private void Begin(int place)
    {
        if (place < _count)
        {
            TBlock slot = _slots[place % _slots.Count];
            _reading = Task.Factory.StartNew(
                () => _fill(slot, place, _stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }
}
