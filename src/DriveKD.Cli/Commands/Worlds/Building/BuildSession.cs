using System.Globalization;
using DriveKD.Cli.Commands.Comparing;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>A build from its checks to its last word on the console.</summary>
/// <param name="terminal">The consoles.</param>
/// <param name="settings">What was asked for.</param>
internal sealed class BuildSession(Terminal terminal, BuildSettings settings)
{
    /// <summary>Builds, or goes on.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="InputException">Recipes are faulty, the work folder does not fit, or the models cannot be written.</exception>
    public int Run()
    {
        BuildPlan plan = BuildPlan.Create(settings);
        BuildChecks.RequireReplaceable(settings.Output);
        BuildRecord now = new(settings.Seed, settings.Scale, RunKeys.Program);
        // Before anything is made: a folder of something else stays as it is.
        BuildRecord? then = BuildRecord.Read(settings.Work);
        using BuildLock taken = BuildLock.Take(settings.Work);
        Dictionary<string, ProductState> states = plan.Steps.ToDictionary(step => step.Name, step => step.State());
        if (then is not null)
        {
            Allow(BuildChecks.Changes(plan, then, now, states));
        }

        now.Write(settings.Work);
        HashSet<string> finished = [.. states.Where(state => state.Value == ProductState.Finished).Select(state => state.Key)];
        string size = settings.Scale == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", at {settings.Scale} of the full size");
        terminal.ErrorText.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{plan.Steps.Count} steps, {finished.Count} of them finished, {settings.Workers} at a time{size}; working in {settings.Work}"));
        IReadOnlyList<StepFailure> failures;
        try
        {
            BuildDisplay display = new(terminal, plan.Steps, finished, settings.Workers);
            BuildScheduler scheduler = new(plan.Steps, settings.Workers);
            failures = display.ShowAsync(scheduler.RunAsync(finished, (step, stop) => RunAsync(display, step, stop), terminal.Interrupted)).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (terminal.Interrupted.IsCancellationRequested)
        {
            terminal.ErrorText.WriteLine($"Stopped; what was reached is kept in {settings.Work}. The same command goes on.");
            return ExitCode.Cancelled;
        }

        if (failures.Count > 0)
        {
            terminal.Report([.. failures.SelectMany(failure => failure.Problems)]);
            terminal.ErrorText.WriteLine($"What was reached is kept in {settings.Work}. The same command goes on.");
            return failures[0].ExitCode;
        }

        Report(plan, new WorldAssets(settings, plan).Write());
        return ExitCode.Done;
    }

    private void Allow(IReadOnlyList<string> changes)
    {
        if (changes.Count > 0 && !settings.AllowsChanges)
        {
            throw new InputException(
            [
                .. changes.Select(change => new Problem(settings.Work, change)),
                new Problem(settings.Work, "the models would not be those of one build. Name another folder with --work, or go on all the same with --allow-changed."),
            ]);
        }

        foreach (string change in changes)
        {
            terminal.ErrorText.WriteLine($"changed: {settings.Work} {change}");
        }
    }

    private async Task<StepFailure?> RunAsync(BuildDisplay display, BuildStep step, CancellationToken stop)
    {
        string result = "stopped";
        try
        {
            bool isResumed = Prepare(step);
            display.Begin(step, isResumed);
            StepFailure? failure = null;
            if (step.Command is null)
            {
                step.Work!(stop);
            }
            else
            {
                string[] resume = isResumed ? ["--resume", step.Product, .. settings.AllowsChanges ? (string[])["--allow-changed"] : []] : [];
                string log = Path.Combine(settings.Work, "logs", step.Name + ".log");
                failure = await StepProcess.RunAsync(step.Name, [.. step.Command, .. resume], log, line => display.Tell(step, line), stop).ConfigureAwait(false);
            }

            result = failure is null ? "finished" : "failed";
            return failure;
        }
        catch (InputException exception)
        {
            result = "failed";
            return new StepFailure(step.Name, exception.Problems, ExitCode.BadInput);
        }
        finally
        {
            display.End(step, result);
        }
    }

    /// <summary>Clears away what a killed start left; whether there is a run to go on with.</summary>
    private static bool Prepare(BuildStep step)
    {
        ProductState state = step.State();
        try
        {
            if (state == ProductState.Remains)
            {
                Directory.Delete(step.Product, recursive: true);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(step.Product)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(step.Product, $"could not be made ready: {exception.Message}", exception);
        }

        return state == ProductState.Interrupted;
    }

    private void Report(BuildPlan plan, long bytes)
    {
        string[] capabilities = [.. Enum.GetValues<Capability>().Select(WorldScores.NameOf)];
        Table table = new Table().RoundedBorder().AddColumn("test questions answered right");
        foreach (string capability in capabilities)
        {
            table.AddColumn(new TableColumn(capability).RightAligned());
        }

        foreach ((string name, _, _) in BuildPlan.Models)
        {
            WorldScores scores = WorldScores.Read(plan.ScoresOf(name));
            table.AddRow([
                name,
                .. capabilities.Select(capability => scores.Exact.TryGetValue(capability, out double share)
                    ? string.Create(CultureInfo.InvariantCulture, $"{share:0.000} of {scores.Questions[capability]}")
                    : "-"),
            ]);
        }

        terminal.Output.Write(table);
        terminal.WriteRaw(PlainText.ForTerminal(
            string.Create(CultureInfo.InvariantCulture, $"{BuildPlan.Models.Count} models, {bytes / 1e6:F1} MB, written to {settings.Output}")));
    }
}
