using System.Text.Json;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>Writes a worker's progress on standard output, at most some lines a second.</summary>
/// <param name="terminal">The consoles.</param>
internal sealed class WorkerReporter(Terminal terminal) : IProgress<TrainingProgress>, IProgress<DataProgress>
{
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(200);

    private long _told;
    private string _stage = "";

    public void Report(TrainingProgress value) => Report("training", value.Step, value.TotalSteps);

    public void Report(DataProgress value) => Report("reading", value.Done, value.Total);

    /// <summary>Says how far a stage is.</summary>
    /// <param name="stage">What is done.</param>
    /// <param name="done">How much of it is done.</param>
    /// <param name="total">How much there is.</param>
    public void Report(string stage, long done, long total)
    {
        if (stage == _stage && done < total && terminal.Time.GetElapsedTime(_told) < _between)
        {
            return;
        }

        (_stage, _told) = (stage, terminal.Time.GetTimestamp());
        terminal.WriteRaw(JsonSerializer.Serialize(new WorkerProgress(stage, done, total)));
    }
}
