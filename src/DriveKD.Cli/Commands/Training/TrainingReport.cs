using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Training;

/// <summary>The last words of a training: what fell, what was written, what to do with it.</summary>
internal static class TrainingReport
{
    public static void Write(Terminal terminal, RunFolder run, TrainingOutcome outcome, TrainingDisplay display, Sample example)
    {
        if (display.Summary() is Table summary)
        {
            terminal.Output.Write(summary);
        }

        TextWriter text = terminal.OutputText;
        foreach (string notice in display.Notices())
        {
            text.WriteLine(notice);
        }

        if (outcome.WasCancelled)
        {
            text.WriteLine(outcome.ModelFolder is null
                ? $"Stopped before the first step; nothing was trained. {run.Path} holds the recipe."
                : $"Stopped after {outcome.Steps} steps. The student as it was then: {outcome.ModelFolder}");
            text.WriteLine($"Go on: ./drivekd {Command(run)} --resume {Quote(run.Path)}");
        }
        else
        {
            string early = outcome.StoppedEarly ? ", because validations no longer got better" : string.Empty;
            text.WriteLine($"Done after {outcome.Steps} steps{early}. The student: {outcome.ModelFolder}");
        }

        if (outcome.BestFolder is not null)
        {
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Best validation: step {outcome.BestStep}, kept in {outcome.BestFolder}"));
        }

        if (outcome.Skipped > 0)
        {
            text.WriteLine($"Left out because a loss or gradient was no number: {outcome.Skipped} samples, listed in {run.SkippedFile}");
        }

        text.WriteLine($"Metrics: {run.MetricsFile}");
        text.WriteLine($"A page of them: ./drivekd report {Quote(run.Path)}");
        if (outcome.ModelFolder is not null)
        {
            text.WriteLine(example.Images.Any(image => image.FullPath is null)
                ? "Ask it as it was trained; the run's pictures were in memory, ./drivekd world generate writes some:"
                : "Ask it as it was trained, for example:");
            text.WriteLine($"  ./drivekd ask {Quote(outcome.ModelFolder)} --system '' {Pictures(example)} {Quote(QuestionOf(example))}");
        }

        text.Flush();
    }

    /// <summary>The command that started the run, as its resolved recipe tells it.</summary>
    private static string Command(RunFolder run) =>
        File.ReadLines(run.RecipeFile).Any(line => line.StartsWith("model:", StringComparison.Ordinal)) ? "finetune" : "distill";

    private static string Pictures(Sample sample) => string.Join(' ', sample.Images.Select(image => "--image " + Quote(image.FullPath ?? "PICTURE.png")));

    /// <summary>Training puts pictures without a placeholder in front, with nothing between them.</summary>
    private static string QuestionOf(Sample sample) =>
        sample.Question.Contains(Sample.ImagePlaceholder, StringComparison.Ordinal)
            ? sample.Question
            : string.Concat(Enumerable.Repeat(Sample.ImagePlaceholder, sample.Images.Count)) + sample.Question;

    /// <summary>An argument as a shell takes it.</summary>
    private static string Quote(string text) =>
        text.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+:=,".Contains(letter, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
