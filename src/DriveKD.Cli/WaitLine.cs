namespace DriveKD.Cli;

/// <summary>
/// Says on standard error what a wait is for, once it has lasted two seconds, also while the work itself cannot report: one line
/// rewritten in place in a terminal, a new line every ten seconds elsewhere.
/// </summary>
internal sealed class WaitLine : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _inPlace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _appended = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Terminal _terminal;
    private readonly bool _isTerminal;
    private readonly ITimer _timer;
    private string? _text;
    private string _written = "";

    public WaitLine(Terminal terminal)
    {
        _terminal = terminal;
        _isTerminal = terminal.Error.Profile.Out.IsTerminal;
        _timer = terminal.Time.CreateTimer(_ => Write(), null, _patience, _isTerminal ? _inPlace : _appended);
    }

    /// <summary>What is being done from now on.</summary>
    /// <param name="text">One line.</param>
    public void Show(string text)
    {
        lock (_gate)
        {
            if (_text is null)
            {
                _timer.Change(_patience, _isTerminal ? _inPlace : _appended);
            }

            _text = text;
        }
    }

    /// <summary>The wait is over: the line is taken away.</summary>
    public void Hide()
    {
        lock (_gate)
        {
            _text = null;
            if (_isTerminal && _written.Length > 0)
            {
                _terminal.ErrorText.Write($"\r{new string(' ', _written.Length)}\r");
                _terminal.ErrorText.Flush();
            }

            _written = "";
        }
    }

    public void Dispose()
    {
        Hide();
        _timer.Dispose();
    }

    private void Write()
    {
        lock (_gate)
        {
            if (_text is null || (_isTerminal && _text == _written))
            {
                return;
            }

            if (_isTerminal)
            {
                _terminal.ErrorText.Write($"\r{_text.PadRight(_written.Length)}");
            }
            else
            {
                _terminal.ErrorText.WriteLine(_text);
            }

            _written = _text;
            _terminal.ErrorText.Flush();
        }
    }
}
