using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Training;

/// <summary>
/// Training on the console (standard error): in a terminal a table that is rewritten in place, elsewhere a row at most every few
/// seconds. Keeps the losses of every step for the summary at the end.
/// </summary>
internal sealed class TrainingDisplay(Terminal terminal, int every) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan _inPlace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _betweenRows = TimeSpan.FromSeconds(5);

    private readonly List<IReadOnlyDictionary<TrainingTask, double>> _losses = [];
    private readonly List<(double Share, IReadOnlyDictionary<TrainingTask, double> Parts)> _updates = [];
    private readonly List<string> _notices = [];
    private LiveDisplayContext? _live;
    private TrainingProgress? _latest;
    private int _firstStep;
    private long? _shownAt;

    /// <summary>Runs a training under the display.</summary>
    /// <param name="train">Given what is told of validations.</param>
    public TrainingOutcome Show(Func<IProgress<DataProgress>, TrainingOutcome> train)
    {
        using ProgressLine validating = new(terminal);
        if (!terminal.Error.Profile.Out.IsTerminal)
        {
            return train(validating);
        }

        TrainingOutcome? outcome = null;
        terminal.Error.Live(new Markup("starting")).Start(live =>
        {
            _live = live;
            outcome = train(new LiveProgress(this, live));
        });
        // A line in between would tear the table.
        _notices.ForEach(terminal.ErrorText.WriteLine);
        return outcome!;
    }

    public void Report(TrainingProgress value)
    {
        _losses.Add(value.Losses);
        _firstStep = _firstStep == 0 ? value.Step : _firstStep;
        if (value.Update is UpdateSummary update)
        {
            _updates.Add((update.DistillationShare, update.Norms.ToDictionary(norm => norm.Key, norm => norm.Value * value.Weights.GetValueOrDefault(norm.Key))));
        }

        bool isLast = value.Step == value.TotalSteps;
        if (_live is not null)
        {
            _notices.AddRange(value.Notices);
            // The last validation stays in sight.
            _latest = value with { Validation = value.Validation ?? _latest?.Validation };
            if (isLast || value.Validation is not null || _shownAt is not long shown || terminal.Time.GetElapsedTime(shown) >= _inPlace)
            {
                _live.UpdateTarget(TrainingTable.Of(_latest));
                _shownAt = terminal.Time.GetTimestamp();
            }

            return;
        }

        foreach (Problem problem in value.LeftOut)
        {
            terminal.ErrorText.WriteLine($"left out: {problem}");
        }

        foreach (string notice in value.Notices)
        {
            terminal.ErrorText.WriteLine(notice);
        }

        bool isDue = value.Step % every == 0 && (_shownAt is not long row || terminal.Time.GetElapsedTime(row) >= _betweenRows);
        if (value.Step == _firstStep || isLast || isDue || value.Validation is not null)
        {
            terminal.ErrorText.WriteLine(TrainingTable.Row(value));
            terminal.ErrorText.Flush();
            _shownAt = terminal.Time.GetTimestamp();
        }
    }

    /// <summary>The mean of each loss over the first and the last tenth of the steps; null where there was no step.</summary>
    public Table? Summary()
    {
        if (_losses.Count == 0)
        {
            return null;
        }

        int tenth = Math.Max(1, _losses.Count / 10);
        int last = _firstStep + _losses.Count - 1;
        Table table = new Table().RoundedBorder().AddColumn("loss")
            .AddColumn(new TableColumn($"steps {_firstStep}-{_firstStep + tenth - 1}").RightAligned())
            .AddColumn(new TableColumn($"steps {last - tenth + 1}-{last}").RightAligned())
            .AddColumn(new TableColumn("last / first").RightAligned());
        foreach (TrainingTask task in TrainingTasks.All)
        {
            double? first = Mean(_losses.Take(tenth), task);
            double? end = Mean(_losses.TakeLast(tenth), task);
            if (first is double from && end is double to)
            {
                table.AddRow(TrainingTasks.KeyOf(task), TrainingTable.Number(from), TrainingTable.Number(to), Ratio(to, from));
            }
        }

        return table;
    }

    /// <summary>What a user should know about the run: signals that hardly moved the student.</summary>
    public IEnumerable<string> Notices()
    {
        const double LeastShare = 0.01;
        string[] weak =
        [
            .. TrainingTasks.All.Where(task => task != TrainingTask.Supervision)
                .Select(task => (Task: task, Share: MeanShare(task)))
                .Where(entry => entry.Share < LeastShare)
                .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{TrainingTasks.KeyOf(entry.Task)} ({100 * entry.Share:0.##} %)")),
        ];
        if (weak.Length > 0)
        {
            yield return $"Signals whose gradient was under 1 % of supervision's: {string.Join(", ", weak)}. They hardly moved the student; "
                + "give them a share instead of a weight: weighting.kind=ratio weighting.ratio=0.1";
        }
    }

    private double? MeanShare(TrainingTask task)
    {
        double[] shares =
        [
            .. _updates.Where(update => update.Parts.ContainsKey(task) && update.Parts.GetValueOrDefault(TrainingTask.Supervision) > 0)
                .Select(update => update.Parts[task] / update.Parts[TrainingTask.Supervision]),
        ];
        return shares.Length == 0 ? null : shares.Average();
    }

    private static double? Mean(IEnumerable<IReadOnlyDictionary<TrainingTask, double>> steps, TrainingTask task)
    {
        double[] values = [.. steps.Where(step => step.ContainsKey(task)).Select(step => step[task])];
        return values.Length == 0 ? null : values.Average();
    }

    // A loss that starts at rounding noise (a student that is its own teacher) has no meaningful ratio.
    private static string Ratio(double to, double from) => from < 1e-12 ? "-" : (to / from).ToString("F2", CultureInfo.InvariantCulture);

    private sealed class LiveProgress(TrainingDisplay display, LiveDisplayContext live) : IProgress<DataProgress>
    {
        private int _shown = -1;

        public void Report(DataProgress value)
        {
            int percent = value.Total > 0 ? (int)(100.0 * value.Done / value.Total) : 0;
            if (percent == _shown)
            {
                return;
            }

            _shown = percent;
            string text = string.Create(CultureInfo.InvariantCulture, $"{value.Stage}: {percent} %");
            live.UpdateTarget(display._latest is TrainingProgress latest ? TrainingTable.Of(latest, text) : new Text(text));
        }
    }
}
