using System.CommandLine;
using DriveKD.Cli;
using DriveKD.Cli.Commands.Training;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Metrics;
using Spectre.Console;

namespace DriveKD.Benchmarks.Metrics;

/// <summary>What recording and showing a step costs, against a step of a small model.</summary>
internal static class MetricsCommand
{
    private const string Step = "a step of the small preset";
    private const string File = "metrics.jsonl";
    private const string Board = "TensorBoard";
    private const string Console = "console rows";
    private const string Table = "console table";
    private const int Steps = 200;

    public static Command Create()
    {
        Command command = new("metrics", "The share of a step that metrics and console take; the goal is under 1 %.");
        command.SetAction(_ => Run());
        return command;
    }

    private static void Run()
    {
        Report.Machine();
        Timings timings = new();
        List<TrainingProgress> steps = [];
        using (World world = new("small", "small", pictures: 1, words: 12))
        {
            string[] overrides = ["train.steps=5", "train.accumulation=2"];
            using DistillSession session = world.Open(overrides);
            world.Train(session, overrides, new Keep(steps));
        }

        double seconds = steps.Select(step => step.StepSeconds).Order().ElementAt(steps.Count / 2);
        using ScratchFolder folder = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        Terminal terminal = new(console, console, TimeProvider.System);
        TrainingDisplay display = new(terminal, every: 1);
        using (MetricsWriter metrics = new(folder["metrics.jsonl"]))
        using (TensorBoardLog board = new(folder["tensorboard"], [], _ => true))
        {
            for (int i = 0; i < Steps; i++)
            {
                TrainingProgress step = steps[i % steps.Count] with { Step = i + 1, TotalSteps = Steps };
                timings.Time(File, () => metrics.Write(step.Step, MetricsRecord.Of(step)));
                timings.Time(Board, () => board.Write(step.Step, MetricsRecord.Of(step)));
                timings.Time(Console, () => display.Report(step));
                timings.Time(Table, () => console.Write(TrainingTable.Of(step)));
            }
        }

        Report.Line($"{Step}: {1000 * seconds:F1} ms (two samples, one backward pass per task, three teachers in one folder)");
        Report.Line($"{"",-44} {"median",10}      (range)  ratio to the step");
        foreach (string part in (string[])[File, Board, Console, Table])
        {
            Report.Part(timings, part, seconds);
        }

        double share = new[] { File, Board, Console }.Sum(timings.Median) / seconds;
        Report.Line($"recording and showing: {100 * share:F2} % of that step (file, TensorBoard and rows; a terminal's table instead of rows comes at most four times a second).");
    }

    private sealed class Keep(List<TrainingProgress> steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps.Add(value);
    }
}
