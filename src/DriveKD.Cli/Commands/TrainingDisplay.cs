using System.Globalization;
using DriveKD.Distillation.Training;
using Spectre.Console;

namespace DriveKD.Cli.Commands;

/// <summary>
/// Training on the console (standard error): in a terminal one line rewritten in place with a row left behind now and then, elsewhere a row
/// at most every few seconds.
/// </summary>
internal sealed class TrainingDisplay(Terminal terminal, int every) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan _inPlace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _betweenRows = TimeSpan.FromSeconds(5);

    private readonly List<TrainingProgress> _steps = [];
    private long? _rowAt;
    private long? _lineAt;
    private int _lineWidth;

    public void Report(TrainingProgress value)
    {
        _steps.Add(value);
        bool isRowDue = value.Step == 1 || value.Step == value.TotalSteps
            || (value.Step % every == 0 && (_rowAt is not long row || terminal.Time.GetElapsedTime(row) >= _betweenRows));
        if (isRowDue)
        {
            WriteRow(value);
        }
        else if (terminal.Error.Profile.Out.IsTerminal && (_lineAt is not long line || terminal.Time.GetElapsedTime(line) >= _inPlace))
        {
            string text = Row(value);
            terminal.ErrorText.Write($"\r{text.PadRight(_lineWidth)}");
            terminal.ErrorText.Flush();
            (_lineWidth, _lineAt) = (text.Length, terminal.Time.GetTimestamp());
        }
    }

    /// <summary>Leaves the last step's row on the screen.</summary>
    public void End()
    {
        if (_lineWidth > 0)
        {
            WriteRow(_steps[^1]);
        }
    }

    /// <summary>The mean of each loss over the first and the last tenth of the steps.</summary>
    public Table Summary()
    {
        int tenth = Math.Max(1, _steps.Count / 10);
        Table table = new Table().RoundedBorder().AddColumn("loss")
            .AddColumn(new TableColumn($"steps 1-{tenth}").RightAligned())
            .AddColumn(new TableColumn($"steps {_steps.Count - tenth + 1}-{_steps.Count}").RightAligned())
            .AddColumn(new TableColumn("last / first").RightAligned());
        foreach (TrainingTask task in TrainingTasks.All)
        {
            double? first = Mean(_steps.Take(tenth), task);
            double? last = Mean(_steps.TakeLast(tenth), task);
            if (first is double from && last is double to)
            {
                table.AddRow(TrainingTasks.KeyOf(task), Number(from), Number(to), Ratio(to, from));
            }
        }

        return table;
    }

    private void WriteRow(TrainingProgress value)
    {
        string clear = _lineWidth > 0 ? "\r" : string.Empty;
        terminal.ErrorText.WriteLine(clear + Row(value).PadRight(_lineWidth));
        terminal.ErrorText.Flush();
        (_lineWidth, _rowAt) = (0, terminal.Time.GetTimestamp());
    }

    private static string Row(TrainingProgress step)
    {
        string losses = string.Join("  ", step.Losses.OrderBy(entry => entry.Key).Select(entry => $"{TrainingTasks.KeyOf(entry.Key)} {Number(entry.Value)}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {step.Step}/{step.TotalSteps}  epoch {step.Epoch}  {losses}  rate {step.LearningRate:0.0e+0}  {step.SamplesPerSecond:F1} samples/s  left {Duration(step.RemainingSeconds)}");
    }

    private static double? Mean(IEnumerable<TrainingProgress> steps, TrainingTask task)
    {
        double[] values = [.. steps.Where(step => step.Losses.ContainsKey(task)).Select(step => step.Losses[task])];
        return values.Length == 0 ? null : values.Average();
    }

    // A loss that starts at rounding noise (a student that is its own teacher) has no meaningful ratio.
    private static string Ratio(double to, double from) => from < 1e-12 ? "-" : (to / from).ToString("F2", CultureInfo.InvariantCulture);

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) is >= 0.01 and < 1000 ? "F3" : "0.00e+0", CultureInfo.InvariantCulture);

    private static string Duration(double seconds) =>
        TimeSpan.FromSeconds(Math.Round(seconds)).ToString(seconds >= 3600 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
