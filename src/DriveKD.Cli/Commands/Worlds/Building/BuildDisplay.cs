using System.Globalization;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>
/// How far a build is, on standard error: in a terminal a table of all steps that is rewritten in place, elsewhere a line for each step that
/// begins or ends and one of all running steps now and then.
/// </summary>
internal sealed class BuildDisplay
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan _betweenRows = TimeSpan.FromSeconds(30);

    private readonly Terminal _terminal;
    private readonly int _workers;
    private readonly bool _isTerminal;
    private readonly Lock _gate = new();
    private readonly OrderedDictionary<string, StepView> _views = [];
    private readonly long _begin;
    private long _shown;

    /// <param name="terminal">The consoles.</param>
    /// <param name="steps">All steps.</param>
    /// <param name="finished">Those that are finished already.</param>
    /// <param name="workers">Steps at a time.</param>
    public BuildDisplay(Terminal terminal, IReadOnlyList<BuildStep> steps, IReadOnlySet<string> finished, int workers)
    {
        (_terminal, _workers, _isTerminal) = (terminal, workers, terminal.Error.Profile.Out.IsTerminal);
        _begin = _shown = terminal.Time.GetTimestamp();
        foreach (BuildStep step in steps)
        {
            _views.Add(step.Name, new StepView(step) { State = finished.Contains(step.Name) ? "finished" : "waiting" });
        }
    }

    /// <summary>Shows while steps run.</summary>
    /// <param name="running">The steps.</param>
    public async Task<T> ShowAsync<T>(Task<T> running)
    {
        if (_isTerminal)
        {
            await _terminal.Error.Live(Table()).StartAsync(async live =>
            {
                while (await Task.WhenAny(running, Task.Delay(_look, _terminal.Time)).ConfigureAwait(false) != running)
                {
                    live.UpdateTarget(Table());
                }

                live.UpdateTarget(Table());
            }).ConfigureAwait(false);
        }
        else
        {
            while (await Task.WhenAny(running, Task.Delay(_look, _terminal.Time)).ConfigureAwait(false) != running)
            {
                WriteRow();
            }
        }

        return await running.ConfigureAwait(false);
    }

    /// <summary>A step begins.</summary>
    public void Begin(BuildStep step, bool isResumed)
    {
        lock (_gate)
        {
            (_views[step.Name].State, _views[step.Name].Begin) = ("running", _terminal.Time.GetTimestamp());
            Write($"{step.Name}: {(isResumed ? "goes on" : "begins")}");
        }
    }

    /// <summary>A line of a step's process.</summary>
    public void Tell(BuildStep step, string line)
    {
        lock (_gate)
        {
            _views[step.Name].Tell(line);
        }
    }

    /// <summary>A step has ended.</summary>
    /// <param name="step">The step.</param>
    /// <param name="state">finished, failed or stopped.</param>
    public void End(BuildStep step, string state)
    {
        lock (_gate)
        {
            StepView view = _views[step.Name];
            // One that could not even be made ready has not begun.
            (view.State, view.Seconds) = (state, view.State == "running" ? _terminal.Time.GetElapsedTime(view.Begin).TotalSeconds : 0);
            Write($"{step.Name}: {state} after {Clock(view.Seconds.Value)}; {Total()}");
        }
    }

    private static string Clock(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Min(seconds, 1e6));
        return time.TotalHours >= 1 ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);
    }

    private void Write(string line)
    {
        if (!_isTerminal)
        {
            _terminal.ErrorText.WriteLine(PlainText.ForTerminal(line));
            _terminal.ErrorText.Flush();
        }
    }

    private void WriteRow()
    {
        lock (_gate)
        {
            if (_terminal.Time.GetElapsedTime(_shown) < _betweenRows)
            {
                return;
            }

            _shown = _terminal.Time.GetTimestamp();
            IEnumerable<string> running = _views.Values.Where(view => view.State == "running").Select(view =>
            {
                view.Look();
                return string.Create(CultureInfo.InvariantCulture, $"{view.Step.Name} {view.Stage} {100 * view.Share:F0} %");
            });
            Write($"{string.Join("  ", running)}; {Total()}");
        }
    }

    private Table Table()
    {
        lock (_gate)
        {
            Table table = new Table().RoundedBorder().AddColumn("step").AddColumn("state");
            table.AddColumn(new TableColumn("done").RightAligned()).AddColumn(new TableColumn("time").RightAligned());
            foreach (StepView view in _views.Values)
            {
                bool isRunning = view.State == "running";
                if (isRunning)
                {
                    view.Look();
                }

                double? seconds = isRunning ? _terminal.Time.GetElapsedTime(view.Begin).TotalSeconds : view.Seconds;
                table.AddRow(
                    Markup.Escape(view.Step.Name),
                    Markup.Escape(isRunning && view.Stage.Length > 0 ? view.Stage : view.State),
                    isRunning ? string.Create(CultureInfo.InvariantCulture, $"{100 * view.Share:F0} %") : view.State == "finished" ? "100 %" : "",
                    seconds is double value ? Clock(value) : "");
            }

            return table.Caption(Markup.Escape(Total()));
        }
    }

    private string Total()
    {
        (double Taken, double Expected)[] ended =
            [.. _views.Values.Where(view => view is { State: "finished", Seconds: not null }).Select(view => (view.Seconds!.Value, view.Step.Seconds))];
        // A slow or busy machine shows in the first steps.
        double slowness = ended.Length == 0 ? 1 : Math.Clamp(ended.Sum(step => step.Taken) / ended.Sum(step => step.Expected), 0.1, 20);
        Dictionary<string, double> running = _views.Values.Where(view => view.State == "running").ToDictionary(
            view => view.Step.Name, view => view.Rest(_terminal.Time.GetElapsedTime(view.Begin).TotalSeconds, slowness * view.Step.Seconds));
        Dictionary<string, double> waiting =
            _views.Values.Where(view => view.State == "waiting").ToDictionary(view => view.Step.Name, view => slowness * view.Step.Seconds);
        double rest = BuildEstimate.Rest([.. _views.Values.Select(view => view.Step)], running, waiting, _workers);
        double elapsed = _terminal.Time.GetElapsedTime(_begin).TotalSeconds;
        int finished = _views.Values.Count(view => view.State == "finished");
        return string.Create(
            CultureInfo.InvariantCulture, $"{finished} of {_views.Count} steps, {Clock(elapsed)} so far, about {Clock(rest)} left of {Clock(elapsed + rest)}");
    }
}
