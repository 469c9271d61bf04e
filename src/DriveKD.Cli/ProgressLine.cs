using System.Globalization;
using DriveKD.Data.Samples;

namespace DriveKD.Cli;

/// <summary>
/// Shows how far a task over a record file is, on standard error, once it has taken two seconds: one line rewritten in place in a
/// terminal, a new line every ten seconds elsewhere.
/// </summary>
/// <param name="terminal">The console.</param>
/// <param name="estimates">Whether it says how long the rest will take; for work whose parts take as long as they are counted.</param>
internal sealed class ProgressLine(Terminal terminal, bool estimates = false) : IProgress<DataProgress>, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _inPlace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _appended = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _leastForRest = TimeSpan.FromSeconds(5);

    private readonly long _begin = terminal.Time.GetTimestamp();
    private (long Time, long Done, long Total)? _pace;
    private long? _shown;
    private int _width;

    public void Report(DataProgress value)
    {
        if (_pace?.Total != value.Total)
        {
            _pace = (terminal.Time.GetTimestamp(), value.Done, value.Total);
        }

        if (terminal.Time.GetElapsedTime(_begin) < _patience)
        {
            return;
        }

        bool isTerminal = terminal.Error.Profile.Out.IsTerminal;
        if (_shown is long shown && terminal.Time.GetElapsedTime(shown) < (isTerminal ? _inPlace : _appended))
        {
            return;
        }

        _shown = terminal.Time.GetTimestamp();
        string line = value.Total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value.Stage}: {100.0 * value.Done / value.Total:F0} %") + Rest(value)
            : value.Stage;
        TextWriter writer = terminal.ErrorText;
        if (isTerminal)
        {
            writer.Write($"\r{line.PadRight(_width)}");
            _width = line.Length;
        }
        else
        {
            writer.WriteLine(line);
        }

        writer.Flush();
    }

    private string Rest(DataProgress value)
    {
        if (!estimates || _pace is not (long time, long before, _) || value.Done <= before || terminal.Time.GetElapsedTime(time) < _leastForRest)
        {
            return string.Empty;
        }

        double seconds = terminal.Time.GetElapsedTime(time).TotalSeconds * (value.Total - value.Done) / (value.Done - before);
        (double rest, string unit, string format) = seconds switch
        {
            < 90 => (seconds, "s", "F0"),
            < 90 * 60 => (seconds / 60, "min", "F0"),
            _ => (seconds / 3600, "h", "F1"),
        };
        return $", about {rest.ToString(format, CultureInfo.InvariantCulture)} {unit} left";
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_width > 0)
        {
            terminal.ErrorText.Write($"\r{new string(' ', _width)}\r");
            terminal.ErrorText.Flush();
        }
    }
}
