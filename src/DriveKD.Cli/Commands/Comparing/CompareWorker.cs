using System.Diagnostics;
using DriveKD.Cli.Commands.Training;
using DriveKD.Cli.Shell;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Training;
using DriveKD.Evaluation.Compare;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>
/// One run of a comparison: trains, answers, and leaves result, answers and metrics in its work folder. Standard output is a line of JSON for
/// each report of progress; standard input is held open by whoever started it, and its end means stop: a worker does not outlive its comparison.
/// </summary>
internal static class CompareWorker
{
    /// <summary>Where a worker's own run folder lies in its work folder.</summary>
    private const string RunName = "run";

    /// <summary>Makes the run.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="folder">The work folder.</param>
    /// <returns>The exit code.</returns>
    public static int Run(Terminal terminal, string folder)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(terminal.Interrupted);
        Terminal own = EndOfInput.Watch(terminal, stop);
        try
        {
            return Run(own, Path.GetFullPath(folder), new WorkerReporter(terminal));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
    }

    /// <summary>The run folder of a work folder.</summary>
    /// <param name="work">The work folder.</param>
    public static string RunFolderOf(string work) => Path.Combine(work, RunName);

    private static int Run(Terminal terminal, string folder, WorkerReporter reporter)
    {
        CompareJob job = CompareJob.Read(folder);
        ResolvedRecipe<DistillRecipe> recipe = job.ReadRecipe(folder);
        if (job.Model is not null)
        {
            return AskAsItIs(terminal, recipe.Recipe, job, folder, reporter);
        }

        TrainingSamples read = TrainingSamples.Read(terminal, recipe);
        SeedStreams seeds = new(recipe.Recipe.Seed);
        TrainingSamples samples = job.Size is int size ? read with { Training = SampleSubset.Draw(read.Training, size, seeds) } : read;
        CompareQuestions questions = CompareQuestions.Read(terminal, job.Questions(), job.QuestionSeed, "test.records");

        long begin = terminal.Time.GetTimestamp();
        if (Train(terminal, recipe, samples, reporter) is not { WasCancelled: false } outcome)
        {
            return ExitCode.Cancelled;
        }

        double trained = terminal.Time.GetElapsedTime(begin).TotalSeconds;
        string run = RunFolderOf(folder);
        string model = Path.Combine(run, RunStore.ModelName);
        begin = terminal.Time.GetTimestamp();
        IReadOnlyList<CompareAnswer> answers = QuestionAsker.Ask(
            terminal,
            model,
            recipe.Recipe.Device,
            recipe.Recipe.Seed,
            questions,
            new CompareAnswerSettings { MaxNewTokens = job.MaxNewTokens, BatchSize = job.BatchSize },
            reporter.Report);
        terminal.Interrupted.ThrowIfCancellationRequested();
        double answered = terminal.Time.GetElapsedTime(begin).TotalSeconds;
        RunResult.WriteAnswers(run, answers);
        new RunFacts
        {
            Key = job.Key,
            Program = job.Program,
            Setting = job.Setting,
            Steps = outcome.Steps,
            Samples = (long)outcome.Steps * recipe.Recipe.Train.SamplesPerStep(),
            TrainingSet = samples.Training.Count,
            TrainingSetHash = HashOfOrder(samples.Training, recipe.Recipe.Train, seeds),
            TrainingSeconds = Math.Round(trained, 3),
            AnsweringSeconds = Math.Round(answered, 3),
            ProcessorSeconds = Math.Round(Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, 3),
            WeightsHash = new ContentHashes().OfFiles(Directory.EnumerateFiles(model, "*.safetensors")),
        }.Write(run);
        return ExitCode.Done;
    }

    /// <summary>A model that needs no training: answers, and what they took.</summary>
    private static int AskAsItIs(Terminal terminal, DistillRecipe recipe, CompareJob job, string folder, WorkerReporter reporter)
    {
        CompareQuestions questions = CompareQuestions.Read(terminal, job.Questions(), job.QuestionSeed, "test.records");
        long begin = terminal.Time.GetTimestamp();
        CompareQuestions asked = job.Only is Capability only ? questions with { Set = questions.Set.Only(only) } : questions;
        IReadOnlyList<CompareAnswer> answers = QuestionAsker.Ask(
            terminal, job.Model!, recipe.Device, recipe.Seed, asked, new CompareAnswerSettings { MaxNewTokens = job.MaxNewTokens, BatchSize = job.BatchSize }, reporter.Report);
        terminal.Interrupted.ThrowIfCancellationRequested();
        string run = RunFolderOf(folder);
        Directory.CreateDirectory(run);
        RunResult.WriteAnswers(run, answers);
        new RunFacts { Key = job.Key, Program = job.Program, AnsweringSeconds = Math.Round(terminal.Time.GetElapsedTime(begin).TotalSeconds, 3) }.Write(run);
        return ExitCode.Done;
    }

    private static TrainingOutcome? Train(Terminal terminal, ResolvedRecipe<DistillRecipe> recipe, TrainingSamples samples, WorkerReporter reporter)
    {
        using DistillSession session = DistillSession.Open(recipe, samples.Training, samples.Validation, reporter, terminal.Interrupted);
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment environment = RunEnvironment.Capture(
            build.Version, build.Commit ?? "unknown", [CompareWorkerCommand.Name], Devices.NameOf(session.Device), TimeProvider.System);
        using RunFolder run = RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, environment, TimeProvider.System);
        return new DistillTrainer(session, run).Run(reporter, reporter, terminal.Interrupted);
    }

    /// <summary>The samples in the order of training, one pass of them: whatever an arm changes, all arms of a seed share it.</summary>
    private static string HashOfOrder(IReadOnlyList<Sample> samples, TrainSettings train, SeedStreams seeds) => ContentHashes.OfTexts(
        SampleOrder.Windows(samples, train, seeds).SelectMany(window => window.Samples).Take(samples.Count).Select(sample => $"{sample.Source}".ReplaceLineEndings(" ")));
}
