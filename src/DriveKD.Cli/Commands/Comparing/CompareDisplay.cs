using System.Globalization;
using DriveKD.Evaluation.Compare;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>
/// How far a comparison is, on standard error: a line for each run that ends, and what all workers do at the moment, in a terminal in one line
/// that is rewritten in place, elsewhere at most every ten seconds. Safe for many workers at once.
/// </summary>
internal sealed class CompareDisplay : IDisposable
{
    private static readonly TimeSpan _inPlace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _appended = TimeSpan.FromSeconds(10);

    private readonly Terminal _terminal;
    private readonly int _workers;
    private readonly bool _isTerminal;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (WorkerProgress Progress, long Begin)> _running = new(StringComparer.Ordinal);
    private readonly int _total;
    private double _seconds;
    private int _made;
    private int _done;
    private long _shown;
    private int _width;

    /// <param name="terminal">The consoles.</param>
    /// <param name="workers">Runs at a time.</param>
    /// <param name="done">Runs that are done.</param>
    /// <param name="total">All runs.</param>
    public CompareDisplay(Terminal terminal, int workers, int done, int total)
    {
        (_terminal, _workers, _done, _total) = (terminal, workers, done, total);
        _isTerminal = terminal.Error.Profile.Out.IsTerminal;
        _shown = terminal.Time.GetTimestamp();
    }

    /// <summary>A run begins.</summary>
    public void Begin(CompareRun run)
    {
        lock (_gate)
        {
            _running[run.Name] = (new WorkerProgress("starting", 0, 1), _terminal.Time.GetTimestamp());
            Show(isDue: _isTerminal);
        }
    }

    /// <summary>A run is as far as this.</summary>
    public void Report(CompareRun run, WorkerProgress progress)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(run.Name, out (WorkerProgress Progress, long Begin) entry))
            {
                _running[run.Name] = (progress, entry.Begin);
                Show(_terminal.Time.GetElapsedTime(_shown) >= (_isTerminal ? _inPlace : _appended));
            }
        }
    }

    /// <summary>A run has ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="result">What came of it, in words; null where it was stopped.</param>
    public void End(CompareRun run, string? result)
    {
        lock (_gate)
        {
            if (!_running.Remove(run.Name, out (WorkerProgress Progress, long Begin) entry) || result is null)
            {
                return;
            }

            double seconds = _terminal.Time.GetElapsedTime(entry.Begin).TotalSeconds;
            (_seconds, _made, _done) = (_seconds + seconds, _made + 1, _done + 1);
            Clear();
            _terminal.ErrorText.WriteLine(PlainText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{_done}/{_total}  {run.Name}  {result}  {seconds:F0} s{Left()}")));
            _terminal.ErrorText.Flush();
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Clear();
            _terminal.ErrorText.Flush();
        }
    }

    private void Show(bool isDue)
    {
        if (!isDue)
        {
            return;
        }

        _shown = _terminal.Time.GetTimestamp();
        string workers = string.Join("  ", _running.Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value.Progress.Stage} {100.0 * entry.Value.Progress.Done / Math.Max(1, entry.Value.Progress.Total):F0} %")));
        string line = PlainText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"{_done}/{_total}  {workers}{Left()}"));
        if (!_isTerminal)
        {
            _terminal.ErrorText.WriteLine(line);
            _terminal.ErrorText.Flush();
            return;
        }

        int room = Math.Max(20, _terminal.Error.Profile.Width - 1);
        line = line.Length > room ? line[..room] : line;
        _terminal.ErrorText.Write($"\r{line.PadRight(_width)}");
        _terminal.ErrorText.Flush();
        _width = line.Length;
    }

    private void Clear()
    {
        if (_width > 0)
        {
            _terminal.ErrorText.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }

    private string Left()
    {
        if (_made == 0)
        {
            return "";
        }

        double mean = _seconds / _made;
        double begun = _running.Values.Sum(entry => Math.Min(mean, _terminal.Time.GetElapsedTime(entry.Begin).TotalSeconds));
        TimeSpan left = TimeSpan.FromSeconds(Math.Max(0, ((_total - _done) * mean) - begun) / _workers);
        return string.Create(CultureInfo.InvariantCulture, $"  about {(left.TotalHours >= 1 ? left.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : left.ToString(@"m\:ss", CultureInfo.InvariantCulture))} left");
    }
}
