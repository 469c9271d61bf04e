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
    /// <param name="step">The step.</param>
    /// <param name="activity">What is being done besides, or null.</param>
    public static IRenderable Of(TrainingProgress step, string? activity = null)
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

        return new Rows([table, .. Foot(step).Append(activity ?? string.Empty).Select(line => new Text(line))]);
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

    private static IEnumerable<string> Foot(TrainingProgress step)
    {
        string clip = step.ClipFactor is double factor and < 1 ? string.Create(CultureInfo.InvariantCulture, $" (clipped to {factor:P0} of it)") : string.Empty;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"rate {step.LearningRate:0.0e+0}  gradient {Number(step.GradientNorm)}{clip}  {step.SamplesPerSecond:F1} samples/s  {step.TokensPerSecond:F0} tokens/s  {step.ResidentBytes / 1e9:F1} GB");
        if (step.Update is UpdateSummary update)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"distillation {100 * update.DistillationShare:0.##} % of the update  conflicts per update {update.ConflictsBefore:0.##} before, {update.ConflictsAfter:0.##} after");
        }

        if (step.Skipped > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{step.Skipped} samples left out: a loss or gradient was no number");
        }

        if (step.Validation is not null)
        {
            yield return "validation " + Validation(step.Validation);
        }
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
