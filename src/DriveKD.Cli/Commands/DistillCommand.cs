using System.CommandLine;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd distill</c>: three teachers hand their skills to a student, as a recipe says.</summary>
internal static class DistillCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> recipe = new("RECIPE") { Description = "Recipe file (YAML); docs/RECIPES.md lists every key." };
        Argument<string[]> overrides = new("key=value")
        {
            Description = "Keys of the recipe, such as train.steps=20 or models.student=FOLDER; they win over the file.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("distill", "Distil teachers into a student as a recipe says; the student is written to OUTPUT/final.") { recipe, overrides };
        command.SetAction(parse => Run(terminal, parse.GetRequiredValue(recipe), parse.GetValue(overrides) ?? []));
        return command;
    }

    private static int Run(Terminal terminal, string file, string[] overrides)
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeReader.Read<DistillRecipe>(file, overrides);
        // Before anything is read that takes time: a run that cannot be written must not start.
        RunFolder.EnsureCanCreate(recipe.Recipe.Output);
        IReadOnlyList<Sample> samples = ReadSamples(terminal, recipe.Recipe.Data);
        using DistillSession session = Open(terminal, recipe, samples);
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment environment = RunEnvironment.Capture(
            build.Version, build.Commit ?? "unknown", ["distill", file, .. overrides], Devices.NameOf(session.Device), TimeProvider.System);
        RunFolder run = RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, environment, TimeProvider.System);
        terminal.ErrorText.WriteLine($"{samples.Count} samples; writing to {run.Path}");

        TrainingDisplay display = new(terminal, recipe.Recipe.Log.Every);
        TrainingOutcome outcome = new DistillTrainer(session, run).Run(display, terminal.Interrupted);
        display.End();
        Report(terminal, run, outcome, display, samples[0]);
        return outcome.WasCancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static List<Sample> ReadSamples(Terminal terminal, DataSettings data)
    {
        List<Sample> samples = [];
        List<Problem> problems = [];
        using ProgressLine progress = new(terminal);
        foreach (string file in data.Records)
        {
            try
            {
                RecordFile records = RecordReader.Read(
                    file, new RecordReadOptions { ImageRoot = data.Images, OnError = data.OnError }, progress, terminal.Interrupted);
                samples.AddRange(records.Samples);
                if (records.LeftOutCount > 0)
                {
                    string kinds = string.Join(", ", records.FaultCounts.Select(entry => $"{entry.Key}: {entry.Value}"));
                    terminal.ErrorText.WriteLine($"{file}: {records.LeftOutCount} of {records.RecordCount} records left out ({kinds})");
                }
            }
            catch (InputException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count == 0 ? samples : throw new InputException(problems);
    }

    private static DistillSession Open(Terminal terminal, ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples)
    {
        using ProgressLine line = new(terminal);
        return DistillSession.Open(recipe, samples, line, terminal.Interrupted);
    }

    private static void Report(Terminal terminal, RunFolder run, TrainingOutcome outcome, TrainingDisplay display, Sample example)
    {
        if (outcome.Steps > 0)
        {
            terminal.Output.Write(display.Summary());
        }

        if (outcome.WasCancelled)
        {
            terminal.OutputText.WriteLine(outcome.ModelFolder is null
                ? $"Stopped before the first step; nothing was trained. {run.Path} holds the recipe."
                : $"Stopped after {outcome.Steps} steps. The student as it was then: {outcome.ModelFolder}");
        }
        else
        {
            terminal.OutputText.WriteLine($"Done after {outcome.Steps} steps. The student: {outcome.ModelFolder}");
        }

        terminal.OutputText.WriteLine($"Metrics: {run.MetricsFile}");
        if (outcome.ModelFolder is not null)
        {
            terminal.OutputText.WriteLine("Ask it as it was trained, for example:");
            terminal.OutputText.WriteLine($"  ./drivekd ask {Quote(outcome.ModelFolder)} --system '' {Pictures(example)} {Quote(QuestionOf(example))}");
        }

        terminal.OutputText.Flush();
    }

    private static string Pictures(Sample sample) => string.Join(' ', sample.Images.Select(image => "--image " + Quote(image.FullPath!)));

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
