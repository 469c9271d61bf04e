using System.Collections.Concurrent;

namespace DriveKD.Evaluation.Tests.Support;

/// <summary>A clock whose timers go off a thousand times faster; it remembers what was asked of them.</summary>
internal sealed class HastyTime : TimeProvider
{
    private const int Haste = 1000;

    private readonly ConcurrentQueue<TimeSpan> _asked = new();

    /// <summary>Every wait that was asked for, in order.</summary>
    public IReadOnlyList<TimeSpan> Asked => [.. _asked];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            _asked.Enqueue(dueTime);
        }

        return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Haste : dueTime, period);
    }
}
