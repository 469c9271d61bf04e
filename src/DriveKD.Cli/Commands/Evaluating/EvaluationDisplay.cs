using System.Globalization;
using DriveKD.Evaluation.Answers;

namespace DriveKD.Cli.Commands.Evaluating;

/// <summary>
/// How far the asking is, on standard error: in a terminal one line rewritten in place, elsewhere a line when a pass begins and ends and
/// at most every ten seconds between.
/// </summary>
internal sealed class EvaluationDisplay(Terminal terminal) : IProgress<AnswerProgress>, IDisposable
{
    private static readonly TimeSpan _inPlace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _appended = TimeSpan.FromSeconds(10);

    private readonly bool _isTerminal = terminal.Error.Profile.Out.IsTerminal;
    private (string Model, string Corruption)? _pass;
    private long _shown;
    private int _width;

    public void Report(AnswerProgress value)
    {
        bool isNew = _pass != (value.Model, value.Corruption);
        bool isEnd = value.Done == value.Total;
        if (!isNew && !isEnd && terminal.Time.GetElapsedTime(_shown) < (_isTerminal ? _inPlace : _appended))
        {
            return;
        }

        _pass = (value.Model, value.Corruption);
        _shown = terminal.Time.GetTimestamp();
        string line = Describe(value);
        if (_isTerminal)
        {
            terminal.ErrorText.Write($"\r{line.PadRight(_width)}");
            _width = line.Length;
        }
        else
        {
            terminal.ErrorText.WriteLine(line);
        }

        terminal.ErrorText.Flush();
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_width > 0)
        {
            terminal.ErrorText.Write($"\r{new string(' ', _width)}\r");
            terminal.ErrorText.Flush();
            _width = 0;
        }
    }

    private static string Describe(AnswerProgress value)
    {
        string failed = value.Failed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  {value.Failed} failed");
        string pace = value.PerSecond is not double perSecond ? ""
            : perSecond >= 1 ? string.Create(CultureInfo.InvariantCulture, $"  {perSecond:F1} answers/s")
            : string.Create(CultureInfo.InvariantCulture, $"  {1 / perSecond:F1} s/answer");
        string left = value.Left is TimeSpan time ? $"  left {time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture)}" : "";
        return PlainText.ForTerminal(string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Model}  {value.Corruption}  {value.Done}/{value.Total}{failed}  all {value.RunDone}/{value.RunTotal}{pace}{left}"));
    }
}
