using System.Runtime.ExceptionServices;

namespace DriveKD.Data.Threads;

/// <summary>A loop over several threads whose faults are those of a plain loop.</summary>
public static class ParallelLoop
{
    /// <summary>Calls for every index.</summary>
    /// <param name="count">Indices from 0.</param>
    /// <param name="act">Called once for each, by several threads, in any order. Its exception ends the loop and is thrown as it is.</param>
    /// <param name="threads">At most so many; the machine's processors for null.</param>
    /// <param name="cancellation">Stops between calls.</param>
    public static void For(int count, Action<int> act, int? threads = null, CancellationToken cancellation = default)
    {
        try
        {
            ParallelOptions options = new() { MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount, CancellationToken = cancellation };
            Parallel.For(0, count, options, act);
        }
        catch (AggregateException exception)
        {
            // A full disk or bad settings are for people to read: they do not care on how many threads it happened.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
