using System.Runtime.ExceptionServices;

namespace DriveKD.Models.Kernels;

/// <summary>Parts of one work, claimed by number. A thread that comes late finds none left and touches nothing.</summary>
/// <param name="run">Runs a part.</param>
/// <param name="parts">How many there are.</param>
/// <param name="helpers">The most threads that help the caller.</param>
internal sealed class PoolWork(Action<int> run, int parts, int helpers)
{
    // Given up once every part has ended: workers know the latest work until the next one comes, and would keep a whole model alive.
    private Action<int>? _run = run;
    private int _seats = helpers;
    private int _claimed;
    private int _ended;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether a worker may help: no more do than were asked for.</summary>
    public bool TryJoin() => Interlocked.Decrement(ref _seats) >= 0;

    /// <summary>Runs parts until none is left to claim.</summary>
    public void TakeParts()
    {
        for (int part = Interlocked.Increment(ref _claimed) - 1; part < parts; part = Interlocked.Increment(ref _claimed) - 1)
        {
            try
            {
                _run!(part);
            }
            catch (Exception exception)
            {
                // The boundary of a thread: it goes on in the caller's.
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            }
            finally
            {
                Interlocked.Increment(ref _ended);
            }
        }
    }

    /// <summary>Returns once every part has ended, and throws the first failure.</summary>
    public void WaitForAll()
    {
        SpinWait wait = default;
        while (Volatile.Read(ref _ended) < parts)
        {
            // Gives way to a worker that waits for a core, without the millisecond of a sleep.
            wait.SpinOnce(sleep1Threshold: -1);
        }

        _run = null;
        _failure?.Throw();
    }
}
