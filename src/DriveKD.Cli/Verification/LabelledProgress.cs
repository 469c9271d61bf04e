using DriveKD.Data.Samples;

namespace DriveKD.Cli.Verification;

/// <summary>Passes progress on with the folder that it belongs to.</summary>
internal sealed class LabelledProgress(string label, IProgress<DataProgress> inner) : IProgress<DataProgress>
{
    public void Report(DataProgress value) => inner.Report(value with { Stage = $"{label}/{value.Stage}" });
}
