using DriveKD.Runs.Metrics;
using TorchSharp.Modules;
using static TorchSharp.torch.utils.tensorboard;

namespace DriveKD.Distillation.Training;

/// <summary>TensorBoard events under the names of metrics.jsonl.</summary>
internal sealed class TensorBoardLog : IDisposable
{
    private readonly SummaryWriter _writer;

    /// <summary>
    /// Starts the folder's events. Those of an interrupted run are written anew from its metrics: an event file cannot be shortened, and
    /// points behind the step that training goes on from would stand twice.
    /// </summary>
    /// <param name="folder">The folder of the event file; created, and emptied of earlier events.</param>
    /// <param name="earlier">The steps that the run has done already.</param>
    /// <param name="isDue">Whether a step is shown.</param>
    public TensorBoardLog(string folder, IReadOnlyList<MetricsRow> earlier, Func<long, bool> isDue)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(folder, "events.out.tfevents*"))
        {
            File.Delete(file);
        }

        _writer = SummaryWriter(folder, createRunName: false);
        foreach (MetricsRow row in earlier.Where(row => isDue(row.Step)))
        {
            Write((int)row.Step, row.Values);
        }
    }

    /// <summary>Adds a step's values.</summary>
    public void Write(int step, IEnumerable<KeyValuePair<string, double>> values)
    {
        foreach ((string name, double value) in values)
        {
            _writer.add_scalar(name.Replace('.', '/'), (float)value, step);
        }
    }

    public void Dispose() => (_writer as IDisposable)?.Dispose();
}
