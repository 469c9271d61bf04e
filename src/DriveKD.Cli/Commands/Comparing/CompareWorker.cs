using System.Diagnostics;
using System.Text.Json;
using DriveKD.Cli.Commands.Evaluating;
using DriveKD.Cli.Commands.Training;
using DriveKD.Cli.Shell;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Training;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Batches;
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
        StopAtEndOfInput(stop);
        Terminal own = new(terminal.Output, terminal.Error, terminal.Time, stop.Token);
        try
        {
            return Run(own, Path.GetFullPath(folder), new Reporter(terminal));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
    }

    /// <summary>The run folder of a work folder.</summary>
    /// <param name="work">The work folder.</param>
    public static string RunFolderOf(string work) => Path.Combine(work, RunName);

    private static int Run(Terminal terminal, string folder, Reporter reporter)
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
        IReadOnlyList<CompareAnswer> answers = Ask(terminal, recipe.Recipe, job, questions, model, reporter);
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
    private static int AskAsItIs(Terminal terminal, DistillRecipe recipe, CompareJob job, string folder, Reporter reporter)
    {
        CompareQuestions questions = CompareQuestions.Read(terminal, job.Questions(), job.QuestionSeed, "test.records");
        long begin = terminal.Time.GetTimestamp();
        IReadOnlyList<CompareAnswer> answers = Ask(terminal, recipe, job, questions, job.Model!, reporter);
        terminal.Interrupted.ThrowIfCancellationRequested();
        string run = RunFolderOf(folder);
        Directory.CreateDirectory(run);
        RunResult.WriteAnswers(run, answers);
        new RunFacts { Key = job.Key, Program = job.Program, AnsweringSeconds = Math.Round(terminal.Time.GetElapsedTime(begin).TotalSeconds, 3) }.Write(run);
        return ExitCode.Done;
    }

    private static TrainingOutcome? Train(Terminal terminal, ResolvedRecipe<DistillRecipe> recipe, TrainingSamples samples, Reporter reporter)
    {
        using DistillSession session = DistillSession.Open(recipe, samples.Training, samples.Validation, reporter, terminal.Interrupted);
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment environment = RunEnvironment.Capture(
            build.Version, build.Commit ?? "unknown", [CompareWorkerCommand.Name], Devices.NameOf(session.Device), TimeProvider.System);
        using RunFolder run = RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, environment, TimeProvider.System);
        return new DistillTrainer(session, run).Run(reporter, reporter, terminal.Interrupted);
    }

    private static List<CompareAnswer> Ask(Terminal terminal, DistillRecipe recipe, CompareJob job, CompareQuestions questions, string model, Reporter reporter)
    {
        EvaluateRecipe asking = new()
        {
            Output = model,
            Seed = recipe.Seed,
            Models = [model],
            Data = new EvaluationDataSettings { Records = [.. job.Records], Images = job.Images },
            Prompts = new PromptSettings { Layout = PromptLayout.Training, MaxNewTokens = job.MaxNewTokens, Temperature = 0 },
            BatchSize = job.BatchSize,
        };
        InternVLAssistant assistant = InternVLAssistant.Load(model, recipe.Device, asking.Precision, progress: null, terminal.Interrupted);
        using LocalAnswerer answerer = new(new BatchAssistant(assistant, usesTrainingLayout: true), asking, terminal.Time);
        List<CompareAnswer> answers = [];
        EvaluationQuestion[] asked = [.. questions.Set.Questions.Where(question => job.Only is null || question.Sample.Capability == job.Only)];
        CorruptionChoice clean = CorruptionChoice.Parse(["clean"])[0];
        PassPictures pictures = PassPictures.Of(questions.Identities, clean, recipe.Seed, terminal.Interrupted);
        string? stopped = answerer.AnswerAsync(
            asked,
            pictures,
            given =>
            {
                answers.AddRange(given.Select(answer => AnswerScorer.Score(questions.Set.Find(answer.Id)!, answer)));
                reporter.Report("answering", answers.Count, asked.Length);
            },
            terminal.Interrupted).GetAwaiter().GetResult();
        return stopped is null ? answers : throw new InvalidOperationException(stopped);
    }

    /// <summary>The samples in the order of training, one pass of them: whatever an arm changes, all arms of a seed share it.</summary>
    private static string HashOfOrder(IReadOnlyList<Sample> samples, TrainSettings train, SeedStreams seeds) => ContentHashes.OfTexts(
        SampleOrder.Windows(samples, train, seeds).SelectMany(window => window.Samples).Take(samples.Count).Select(sample => $"{sample.Source}".ReplaceLineEndings(" ")));

    private static void StopAtEndOfInput(CancellationTokenSource stop)
    {
        Thread watch = new(() =>
        {
            using Stream input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
                // What is written is of no meaning; only the end is.
            }

            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The run has ended by itself.
            }
        })
        { IsBackground = true, Name = "end of input" };
        watch.Start();
    }

    /// <summary>Writes progress, at most some lines a second.</summary>
    private sealed class Reporter(Terminal terminal) : IProgress<TrainingProgress>, IProgress<DataProgress>
    {
        private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(200);

        private long _told;
        private string _stage = "";

        public void Report(TrainingProgress value) => Report("training", value.Step, value.TotalSteps);

        public void Report(DataProgress value) => Report("reading", value.Done, value.Total);

        public void Report(string stage, long done, long total)
        {
            if (stage == _stage && done < total && terminal.Time.GetElapsedTime(_told) < _between)
            {
                return;
            }

            (_stage, _told) = (stage, terminal.Time.GetTimestamp());
            terminal.WriteRaw(JsonSerializer.Serialize(new WorkerProgress(stage, done, total)));
        }
    }
}
