namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>
/// Runs steps several at a time, each after those that it needs, the first of the list first. When one fails nothing new begins and the
/// others are stopped.
/// </summary>
internal sealed class BuildScheduler
{
    private readonly IReadOnlyList<BuildStep> _steps;
    private readonly int _workers;

    /// <param name="steps">The steps; each stands behind those that it needs.</param>
    /// <param name="workers">Steps at a time.</param>
    /// <exception cref="ArgumentException">A step needs one that does not stand before it, or a name stands twice.</exception>
    public BuildScheduler(IReadOnlyList<BuildStep> steps, int workers)
    {
        HashSet<string> before = [];
        foreach (BuildStep step in steps)
        {
            if (step.After.FirstOrDefault(name => !before.Contains(name)) is string missing)
            {
                throw new ArgumentException($"{step.Name} needs {missing}, which does not stand before it.", nameof(steps));
            }

            if (!before.Add(step.Name))
            {
                throw new ArgumentException($"{step.Name} stands twice.", nameof(steps));
            }
        }

        (_steps, _workers) = (steps, workers);
    }

    /// <summary>Runs all steps that are not finished.</summary>
    /// <param name="finished">The steps that are finished already.</param>
    /// <param name="run">Does a step: null when it is finished, else how it failed.</param>
    /// <param name="cancellation">Stops the running steps.</param>
    /// <returns>The failures; empty when everything is finished.</returns>
    /// <exception cref="OperationCanceledException">It was stopped; the running steps have ended.</exception>
    public async Task<IReadOnlyList<StepFailure>> RunAsync(
        IEnumerable<string> finished, Func<BuildStep, CancellationToken, Task<StepFailure?>> run, CancellationToken cancellation)
    {
        HashSet<string> done = [.. finished];
        List<BuildStep> left = [.. _steps.Where(step => !done.Contains(step.Name))];
        Dictionary<Task<StepFailure?>, BuildStep> running = [];
        List<StepFailure> failures = [];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            while (!stop.IsCancellationRequested && running.Count < _workers && left.Find(step => step.After.All(done.Contains)) is BuildStep next)
            {
                left.Remove(next);
                running.Add(Task.Run(() => run(next, stop.Token), CancellationToken.None), next);
            }

            if (running.Count == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                return failures;
            }

            Task<StepFailure?> ended = await Task.WhenAny(running.Keys).ConfigureAwait(false);
            running.Remove(ended, out BuildStep? step);
            try
            {
                if (await ended.ConfigureAwait(false) is StepFailure failure)
                {
                    failures.Add(failure);
                    await stop.CancelAsync().ConfigureAwait(false);
                }
                else
                {
                    done.Add(step!.Name);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Stopped by the caller or by another step's failure; either is told.
            }
            catch
            {
                // A fault of the program: the others end before it is told.
                await stop.CancelAsync().ConfigureAwait(false);
                await Task.WhenAll(running.Keys.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
        }
    }
}
