using System.Globalization;
using DriveKD.Cli.Commands.Comparing;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>Work of a quick start that is no run of its comparison, in worker processes: models that are asked as they are, and short trainings that measure.</summary>
/// <param name="terminal">The consoles.</param>
/// <param name="request">What was asked for.</param>
/// <param name="recipes">The recipes.</param>
/// <param name="workers">Processes at a time.</param>
internal sealed class QuickstartJobs(Terminal terminal, QuickstartRequest request, QuickstartRecipes recipes, int workers)
{
    /// <summary>What a job left.</summary>
    /// <param name="Facts">What it took.</param>
    /// <param name="Answers">The answers.</param>
    /// <param name="StepSeconds">The seconds of each step.</param>
    /// <param name="WallSeconds">The seconds of the whole process.</param>
    private sealed record Done(RunFacts Facts, IReadOnlyList<CompareAnswer> Answers, IReadOnlyList<double> StepSeconds, double WallSeconds);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, WorkerProgress> _running = new(StringComparer.Ordinal);

    /// <summary>Asks the untrained student everything and each teacher its own capability.</summary>
    /// <returns>The answers of each (null: the student), and the seconds of one answer of the student.</returns>
    /// <exception cref="InputException">A worker failed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public (IReadOnlyList<CompareAnswer> Student, IReadOnlyDictionary<Capability, IReadOnlyList<CompareAnswer>> Teachers, double AnswerSeconds) Score()
    {
        Capability[] capabilities = Enum.GetValues<Capability>();
        Done[] done = Run(
        [
            ("untrained student", Job() with { Model = request.Assets.Student }, request.Scale.ProbeSteps, []),
            .. capabilities.Select(capability => (
                $"{CompareNames.Of(capability)} teacher", Job() with { Model = request.Assets.Teacher(capability), Only = capability }, request.Scale.ProbeSteps, (IReadOnlyList<string>)[])),
        ]);
        return (
            done[0].Answers,
            capabilities.Zip(done.Skip(1)).ToDictionary(pair => pair.First, pair => pair.Second.Answers),
            done[0].Facts.AnsweringSeconds / Math.Max(1, done[0].Answers.Count));
    }

    /// <summary>Measures both trainings side by side, as they will run.</summary>
    /// <param name="answerSeconds">Seconds of an answer of the untrained student.</param>
    /// <exception cref="InputException">A worker failed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public QuickstartSpeeds Measure(double answerSeconds)
    {
        CompareJob job = Job() with { PerCapability = BatchQuestions };
        Done[] done = Run([("supervised", job, request.Scale.ProbeSteps, QuickstartRecipes.SupervisedKeys), ("distilled", job, request.Scale.ProbeSteps, [])]);
        // What is trained answers at its own pace: reasons are longer than babble, or shorter.
        double answer = Math.Max(answerSeconds, done.Max(item => item.Facts.AnsweringSeconds / Math.Max(1, item.Answers.Count)));
        double Start(Done item) => Math.Max(0, item.WallSeconds - item.StepSeconds.Sum() - item.Facts.AnsweringSeconds) + 1;
        return new QuickstartSpeeds(Step(done[0]), Step(done[1]), Start(done[0]), Start(done[1]), answer);
    }

    private const int BatchQuestions = QuickstartRecipes.BatchSize;

    /// <summary>The first steps also pay for compilation.</summary>
    private static double Step(Done item) => item.StepSeconds.Skip(item.StepSeconds.Count / 2).DefaultIfEmpty(0).Average();

    private CompareJob Job() => new()
    {
        IsFinetune = false,
        Key = "quickstart",
        Program = RunKeys.Program,
        Records = [recipes.Test],
        Images = recipes.Data,
        OnError = OnError.Stop,
        PerCapability = 0,
        QuestionSeed = request.Seed,
        MaxNewTokens = QuickstartRecipes.MaxNewTokens,
        BatchSize = QuickstartRecipes.BatchSize,
    };

    private Done[] Run(IReadOnlyList<(string Name, CompareJob Job, int Steps, IReadOnlyList<string> Keys)> jobs)
    {
        using WaitLine wait = new(terminal);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(terminal.Interrupted);
        using SemaphoreSlim places = new(workers);
        Task<Done>[] tasks = [.. jobs.Select(async job =>
        {
            await places.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                return await RunAsync(job.Name, job.Job, job.Steps, job.Keys, wait, stop.Token).ConfigureAwait(false);
            }
            catch
            {
                // One failure ends the quick start: the others need not go on.
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
            finally
            {
                places.Release();
            }
        })];
        try
        {
            return Task.WhenAll(tasks).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!terminal.Interrupted.IsCancellationRequested)
        {
            // The fault that stopped the others is what is told.
            throw tasks.Select(task => task.Exception?.InnerException).OfType<InputException>().FirstOrDefault() ?? throw new InvalidOperationException("workers were stopped without a cause.");
        }
    }

    private async Task<Done> RunAsync(string name, CompareJob job, int steps, IReadOnlyList<string> keys, WaitLine wait, CancellationToken cancellation)
    {
        string work = Path.Combine(request.Output, "work", name.Replace(' ', '-'));
        Directory.CreateDirectory(work);
        string output = CompareWorker.RunFolderOf(work).Replace("'", "''", StringComparison.Ordinal);
        ResolvedRecipe<DistillRecipe> recipe = RunRecipes.Read(
            request.Assets.Recipe,
            isFinetune: false,
            [.. recipes.Keys(steps), .. keys, string.Create(CultureInfo.InvariantCulture, $"seed={request.Seed}"), $"output='{output}'"],
            new OverrideSource("quickstart", request.Output));
        job.Write(work, recipe.Yaml);
        long begin = terminal.Time.GetTimestamp();
        try
        {
            (int exitCode, string error) = await WorkerProcess.RunAsync(work, progress => Show(name, progress, wait), cancellation).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            string run = CompareWorker.RunFolderOf(work);
            if (exitCode != ExitCode.Done || RunFacts.Find(run) is not { } facts)
            {
                string reason = error.Trim() is { Length: > 0 } text ? text : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {exitCode} and no word; was it killed for memory?");
                throw new InputException(name, $"its worker failed: {reason}");
            }

            string metrics = Path.Combine(run, "metrics.jsonl");
            double[] seconds = File.Exists(metrics) ? [.. MetricsReader.Read(metrics).Series("step_seconds").Select(point => point.Value)] : [];
            return new Done(facts, RunResult.ReadAnswers(run), seconds, terminal.Time.GetElapsedTime(begin).TotalSeconds);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(name);
            }
        }
    }

    private void Show(string name, WorkerProgress progress, WaitLine wait)
    {
        lock (_gate)
        {
            _running[name] = progress;
            wait.Show(PlainText.ForTerminal(string.Join("  ", _running.Select(entry => string.Create(
                CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value.Stage} {100.0 * entry.Value.Done / Math.Max(1, entry.Value.Total):0} %")))));
        }
    }
}
