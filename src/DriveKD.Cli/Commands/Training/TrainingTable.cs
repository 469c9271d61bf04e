using System.Globalization;
using DriveKD.Distillation.Training;
using Spectre.Console;
using Spectre.Console.Rendering;
using ValidationResult = DriveKD.Distillation.Training.ValidationResult;

namespace DriveKD.Cli.Commands.Training;

/// <summary>One optimizer step as a table for a terminal, or as a line for a file.</summary>
internal static class TrainingTable
{
    /// <summary>A row per task: loss, weight, gradient, how it stands to supervision, its coefficient.</summary>
    public static IRenderable Of(TrainingProgress step)
    {
        Table table = new Table().RoundedBorder().Title(Text(Head(step))).AddColumn("task");
        foreach (string column in (string[])["loss", "weight", "gradient norm", "cosine with ce", "coefficient"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (TrainingTask task in TrainingTasks.All.Where(task => step.Losses.ContainsKey(task) || step.Weights.ContainsKey(task)))
        {
            table.AddRow(
                TrainingTasks.KeyOf(task),
                Cell(step.Losses, task),
                Cell(step.Weights, task),
                Cell(step.Update?.Norms, task),
                step.Update is not null && step.Update.Cosines.TryGetValue((TrainingTask.Supervision, task), out double cosine) ? cosine.ToString("F2", CultureInfo.InvariantCulture) : "-",
                Cell(step.Update?.Coefficients, task));
        }

        return table.Caption(Text(Foot(step)));
    }

    /// <summary>The step in one line.</summary>
    public static string Row(TrainingProgress step)
    {
        string losses = string.Join("  ", step.Losses.OrderBy(entry => entry.Key).Select(entry => $"{TrainingTasks.KeyOf(entry.Key)} {Number(entry.Value)}"));
        string validation = step.Validation is null ? string.Empty : $"  validation {Validation(step.Validation)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {step.Step}/{step.TotalSteps}  epoch {step.Epoch}  {losses}  rate {step.LearningRate:0.0e+0}  {step.SamplesPerSecond:F1} samples/s  left {Duration(step.RemainingSeconds)}{validation}");
    }

    /// <summary>A loss or norm, legible at any size.</summary>
    public static string Number(double value) =>
        value.ToString(Math.Abs(value) is >= 0.01 and < 1000 ? "F3" : "0.00e+0", CultureInfo.InvariantCulture);

    private static string Head(TrainingProgress step) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {step.Step}/{step.TotalSteps}  epoch {step.Epoch}  left {Duration(step.RemainingSeconds)}");

    private static string Foot(TrainingProgress step)
    {
        List<string> parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"rate {step.LearningRate:0.0e+0}"),
            string.Create(CultureInfo.InvariantCulture, $"gradient {Number(step.GradientNorm)}"),
            string.Create(CultureInfo.InvariantCulture, $"{step.SamplesPerSecond:F1} samples/s"),
            string.Create(CultureInfo.InvariantCulture, $"{step.TokensPerSecond:F0} tokens/s"),
            string.Create(CultureInfo.InvariantCulture, $"{step.ResidentBytes / 1e9:F1} GB"),
        ];
        if (step.Update is UpdateSummary update)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"distillation {100 * update.DistillationShare:0.##} % of the update"));
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"conflicts {update.ConflictsBefore:0.##} -> {update.ConflictsAfter:0.##}"));
        }

        if (step.Skipped > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{step.Skipped} samples left out"));
        }

        if (step.Validation is not null)
        {
            parts.Add("validation " + Validation(step.Validation));
        }

        return string.Join("  ", parts);
    }

    private static string Validation(ValidationResult result) => result.Answers == 0
        ? Number(result.Loss)
        : string.Create(CultureInfo.InvariantCulture, $"{Number(result.Loss)}, exact {100 * result.ExactMatch:F1} %");

    private static string Cell(IReadOnlyDictionary<TrainingTask, double>? values, TrainingTask task) =>
        values is not null && values.TryGetValue(task, out double value) ? Number(value) : "-";

    // Titles are read as markup.
    private static string Text(string text) => Markup.Escape(text);

    private static string Duration(double seconds) =>
        TimeSpan.FromSeconds(Math.Round(seconds)).ToString(seconds >= 3600 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
