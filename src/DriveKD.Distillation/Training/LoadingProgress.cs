using DriveKD.Data.Samples;
using DriveKD.Models.Checkpoints;

namespace DriveKD.Distillation.Training;

/// <summary>Passes on how far the weights of a model are read.</summary>
internal sealed class LoadingProgress(string folder, IProgress<DataProgress> target) : IProgress<LoadProgress>
{
    public void Report(LoadProgress value) =>
        target.Report(new DataProgress($"Loading {Path.GetFileName(folder)}", value.BytesDone, value.BytesTotal));
}
