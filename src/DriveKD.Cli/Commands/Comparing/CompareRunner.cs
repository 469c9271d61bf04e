using DriveKD.Data.Errors;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>Makes the runs of a comparison that have no result yet, several at a time and in their order.</summary>
/// <param name="terminal">The consoles.</param>
/// <param name="comparison">The comparison.</param>
/// <param name="recipes">The runs' recipes.</param>
/// <param name="store">Where results lie.</param>
/// <param name="keys">The runs' fingerprints.</param>
/// <param name="takesAny">Whether results that lie there count whatever their fingerprint.</param>
internal sealed class CompareRunner(Terminal terminal, CompareRecipe comparison, RunRecipes recipes, RunStore store, RunKeys keys, bool takesAny)
{
    private readonly Lock _gate = new();

    /// <summary>Runs at a time.</summary>
    public int Workers { get; } = comparison.Workers ?? Environment.ProcessorCount;

    /// <summary>Makes runs.</summary>
    /// <param name="runs">In the order in which they begin.</param>
    /// <param name="questions">What their students are asked.</param>
    /// <param name="data">Where those questions are.</param>
    /// <exception cref="OperationCanceledException">It was stopped; what had ended is kept.</exception>
    public void Make(IReadOnlyList<CompareRun> runs, CompareQuestions questions, CompareDataSettings data)
    {
        (CompareRun Run, ResolvedRecipe<DistillRecipe> Recipe, string Key)[] all = [.. runs.Select(run => Describe(run, questions))];
        Queue<(CompareRun Run, ResolvedRecipe<DistillRecipe> Recipe, string Key)> left = new(all.Where(item => !store.Has(item.Run, takesAny ? null : item.Key)));
        if (left.Count == 0)
        {
            return;
        }

        int done = all.Length - left.Count;
        if (done > 0)
        {
            terminal.ErrorText.WriteLine(FormattableString.Invariant($"{done} of {all.Length} runs are done already."));
        }

        using CompareDisplay display = new(terminal, Workers, done, all.Length);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(terminal.Interrupted);
        Task[] workers = [.. Enumerable.Range(0, Math.Min(Workers, left.Count)).Select(_ => Task.Run(() => WorkAsync(left, data, display, stop), CancellationToken.None))];
        Task.WhenAll(workers).GetAwaiter().GetResult();
        terminal.Interrupted.ThrowIfCancellationRequested();
    }

    private (CompareRun Run, ResolvedRecipe<DistillRecipe> Recipe, string Key) Describe(CompareRun run, CompareQuestions questions)
    {
        ResolvedRecipe<DistillRecipe> recipe = recipes.Of(run, CompareWorker.RunFolderOf(store.WorkFolderOf(run)));
        return (run, recipe, keys.Of(recipe, run, questions, comparison.Answers));
    }

    private async Task WorkAsync(
        Queue<(CompareRun Run, ResolvedRecipe<DistillRecipe> Recipe, string Key)> left, CompareDataSettings data, CompareDisplay display, CancellationTokenSource stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                (CompareRun Run, ResolvedRecipe<DistillRecipe> Recipe, string Key) next;
                lock (_gate)
                {
                    if (!left.TryDequeue(out next))
                    {
                        return;
                    }
                }

                await MakeAsync(next.Run, next.Recipe, next.Key, data, display, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The caller says what stopped it.
        }
        catch
        {
            // A disk that is full stops every worker, not this one alone.
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task MakeAsync(
        CompareRun run, ResolvedRecipe<DistillRecipe> recipe, string key, CompareDataSettings data, CompareDisplay display, CancellationToken cancellation)
    {
        string work = store.WorkFolderOf(run);
        Clear(work);
        Directory.CreateDirectory(work);
        CompareJob job = Job(run, key, data);
        job.Write(work, recipe.Yaml);
        display.Begin(run);
        string? result = null;
        try
        {
            (int exitCode, string error) = await WorkerProcess.RunAsync(work, progress => display.Report(run, progress), cancellation).ConfigureAwait(false);
            // A worker that was stopped by the same Ctrl-C may end before the token is seen here.
            cancellation.ThrowIfCancellationRequested();
            result = exitCode == ExitCode.Done ? KeepResult(run, key, work) : KeepFailure(run, job, exitCode, error);
        }
        finally
        {
            display.End(run, result);
            Clear(work);
        }
    }

    private string KeepResult(CompareRun run, string key, string work)
    {
        lock (_gate)
        {
            store.Keep(run, key, CompareWorker.RunFolderOf(work));
        }

        return $"exact {CompareWords.Percent(store.Find(run)!.Mean())} %";
    }

    private string KeepFailure(CompareRun run, CompareJob job, int exitCode, string error)
    {
        string text = error.Trim();
        string reason = text.Length > 0 ? text : FormattableString.Invariant($"the worker ended with exit code {exitCode} and no word; was it killed for memory?");
        store.KeepFailure(run, new RunFacts { Key = job.Key, Program = job.Program, Setting = job.Setting, Error = reason });
        return $"failed: {reason.Split('\n')[0]}";
    }

    private CompareJob Job(CompareRun run, string key, CompareDataSettings data) => new()
    {
        IsFinetune = recipes.IsFinetune,
        Key = key,
        Program = RunKeys.Program,
        Setting = run.Setting is int place ? comparison.Arms.Single(arm => arm.Name == run.Arm).Tune![place] : null,
        Size = run.Size,
        Records = [.. data.Records],
        Images = data.Images,
        OnError = data.OnError,
        PerCapability = data.PerCapability,
        QuestionSeed = comparison.Seed,
        MaxNewTokens = comparison.Answers.MaxNewTokens,
        BatchSize = comparison.Answers.BatchSize,
    };

    private static void Clear(string work)
    {
        try
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(work, $"could not be cleared away: {exception.Message}", exception);
        }
    }
}
