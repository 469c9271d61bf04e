namespace DriveKD.Cli.Tests;

public sealed class WaitLineTests
{
    [Fact]
    public void Show_ShortWait_IsSilent()
    {
        Clock clock = new();
        using TestTerminal terminal = new(clock);
        using WaitLine line = new(terminal.Terminal);
        line.Show("loading");
        line.Hide();
        clock.Tick();

        Assert.Empty(terminal.Error);
    }

    [Fact]
    public void Show_LongWait_SaysTheLatest()
    {
        Clock clock = new();
        using TestTerminal terminal = new(clock);
        using WaitLine line = new(terminal.Terminal);
        line.Show("loading");
        line.Show("reading");
        clock.Tick();

        Assert.Contains("reading", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("loading", terminal.Error, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(2), clock.Due);
    }

    /// <summary>A clock whose timer fires when the test says so.</summary>
    private sealed class Clock : TimeProvider
    {
        private TimerCallback? _callback;

        public TimeSpan Due { get; private set; }

        public void Tick() => _callback!(null);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return new Timer(this);
        }

        private sealed class Timer(Clock clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                clock.Due = dueTime;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
