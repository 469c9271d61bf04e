using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Pretraining.Towers;

namespace DriveKD.Cli.Commands.Worlds;

/// <summary>A tower's training on standard error: a row for each look at held-out pictures, a line of progress between them.</summary>
internal sealed class TowerDisplay(Terminal terminal) : IProgress<TowerProgress>, IDisposable
{
    private ProgressLine _line = new(terminal);

    public void Report(TowerProgress value)
    {
        if (value.HeldOut is not TowerAccuracy accuracy)
        {
            _line.Report(new DataProgress(
                string.Create(CultureInfo.InvariantCulture, $"training, loss {value.Loss:F3}, {value.StepsPerSecond:F1} steps a second"), value.Step, value.TotalSteps));
            return;
        }

        // Ends the line that was being rewritten.
        _line.Dispose();
        _line = new ProgressLine(terminal);
        string heads = string.Join(", ", accuracy.Heads.Select(head => string.Create(CultureInfo.InvariantCulture, $"{head.Key} {head.Value:F3}")));
        terminal.ErrorText.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"step {value.Step}/{value.TotalSteps}  loss {value.Loss:F3}  held out {accuracy.Loss:F3}: {heads}  ({value.StepsPerSecond:F1} steps a second)"));
        terminal.ErrorText.Flush();
    }

    public void Dispose() => _line.Dispose();
}
