using System.Globalization;
using DriveKD.Data.Samples;

namespace DriveKD.Cli;

/// <summary>
/// Shows how far a task over a record file is, on standard error, once it has taken two seconds: one line rewritten in place in a
/// terminal, a new line every ten seconds elsewhere.
/// </summary>
internal sealed class ProgressLine(Terminal terminal) : IProgress<DataProgress>, IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _inPlace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _appended = TimeSpan.FromSeconds(10);

    private readonly long _begin = terminal.Time.GetTimestamp();
    private long? _shown;
    private int _width;

    public void Report(DataProgress value)
    {
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
            ? string.Create(CultureInfo.InvariantCulture, $"{value.Stage}: {100.0 * value.Done / value.Total:F0} %")
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
