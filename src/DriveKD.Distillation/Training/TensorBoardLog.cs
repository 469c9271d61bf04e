using TorchSharp.Modules;
using static TorchSharp.torch.utils.tensorboard;

namespace DriveKD.Distillation.Training;

/// <summary>TensorBoard events under the names of metrics.jsonl.</summary>
internal sealed class TensorBoardLog : IDisposable
{
    private readonly SummaryWriter _writer;

    /// <param name="folder">The folder of the event file; created.</param>
    public TensorBoardLog(string folder)
    {
        Directory.CreateDirectory(folder);
        _writer = SummaryWriter(folder, createRunName: false);
    }

    /// <summary>Adds a step's values, where its turn has come.</summary>
    public void Write(TrainingProgress step, bool isDue)
    {
        if (!isDue)
        {
            return;
        }

        foreach ((string name, double value) in MetricsRecord.Of(step))
        {
            _writer.add_scalar(name.Replace('.', '/'), (float)value, step.Step);
        }
    }

    public void Dispose() => (_writer as IDisposable)?.Dispose();
}
