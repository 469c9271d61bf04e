using System.Globalization;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>What a quick start is doing, on standard error, and how long each phase took.</summary>
/// <param name="terminal">The consoles.</param>
/// <param name="count">Phases in all.</param>
internal sealed class QuickstartClock(Terminal terminal, int count)
{
    private readonly long _begin = terminal.Time.GetTimestamp();
    private readonly List<KeyValuePair<string, double>> _phases = [];
    private string? _phase;
    private long _phaseBegin;

    /// <summary>Seconds since the start.</summary>
    public double Elapsed => terminal.Time.GetElapsedTime(_begin).TotalSeconds;

    /// <summary>The phases up to now, the one that is on included.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Phases => _phase is null ? _phases : [.. _phases, Current()];

    /// <summary>A phase begins, and the one before it ends.</summary>
    /// <param name="name">Its name in the table.</param>
    /// <param name="what">What is done, in a line.</param>
    public void Begin(string name, string what)
    {
        End();
        (_phase, _phaseBegin) = (name, terminal.Time.GetTimestamp());
        terminal.ErrorText.WriteLine(PlainText.ForTerminal(string.Create(CultureInfo.InvariantCulture, $"[{_phases.Count + 1}/{count}, {Elapsed:0} s] {what}")));
        terminal.ErrorText.Flush();
    }

    /// <summary>The phase that is on ends.</summary>
    public void End()
    {
        if (_phase is not null)
        {
            _phases.Add(Current());
            _phase = null;
        }
    }

    private KeyValuePair<string, double> Current() => new(_phase!, terminal.Time.GetElapsedTime(_phaseBegin).TotalSeconds);
}
