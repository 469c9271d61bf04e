using DriveKD.Data.Samples;

namespace DriveKD.Cli.Tests;

public sealed class ProgressLineTests
{
    [Fact]
    public void Report_WithinTwoSeconds_Silent()
    {
        Clock clock = new();
        using TestTerminal terminal = new(clock);
        using ProgressLine line = new(terminal.Terminal);

        clock.Advance(1.9);
        line.Report(new DataProgress("reading", 1, 2));

        Assert.Empty(terminal.Error);
    }

    [Fact]
    public void Report_LongTask_ALineEveryTenSeconds()
    {
        Clock clock = new();
        using TestTerminal terminal = new(clock);
        using (ProgressLine line = new(terminal.Terminal))
        {
            for (int second = 1; second <= 25; second++)
            {
                clock.Advance(1);
                line.Report(new DataProgress("reading", second, 25));
            }
        }

        Assert.Equal(["reading: 8 %", "reading: 48 %", "reading: 88 %"], terminal.Error.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(terminal.Output);
    }

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds).Ticks;

        public override long GetTimestamp() => _now;
    }
}
