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

    [Fact]
    public void Report_WithEstimates_SaysHowLongTheRestTakes()
    {
        Clock clock = new();
        using TestTerminal terminal = new(clock);
        using (ProgressLine line = new(terminal.Terminal, estimates: true))
        {
            line.Report(new DataProgress("targets", 0, 100));
            foreach ((double seconds, int done) in ((double, int)[])[(4, 2), (16, 10), (40, 20), (7000, 21)])
            {
                clock.Advance(seconds);
                line.Report(new DataProgress("targets", done, 100));
            }

            // Another total is another work, whose pace is not known yet.
            clock.Advance(20);
            line.Report(new DataProgress("loading", 5, 50));
        }

        Assert.Equal(
            ["targets: 2 %", "targets: 10 %, about 3 min left", "targets: 20 %, about 4 min left", "targets: 21 %, about 7.4 h left", "loading: 10 %"],
            terminal.Error.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(double seconds) => _now += TimeSpan.FromSeconds(seconds).Ticks;

        public override long GetTimestamp() => _now;
    }
}
