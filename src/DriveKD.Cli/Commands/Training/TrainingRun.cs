using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Distillation.Stores;
using DriveKD.Distillation.Training;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Training;

/// <summary>A training from its recipe to its last word on the console.</summary>
internal static class TrainingRun
{
    /// <summary>Starts a run.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="file">The recipe.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="read">Reads the recipe.</param>
    /// <returns>The exit code.</returns>
    public static int Start(
        Terminal terminal,
        string command,
        string file,
        IReadOnlyList<string> overrides,
        Func<string, IReadOnlyList<string>, ResolvedRecipe<DistillRecipe>> read)
    {
        ResolvedRecipe<DistillRecipe> recipe = PrecisionChoice.Settle(terminal, overrides, keys => read(file, keys));
        // Before anything is read that takes time: a run that cannot be written must not start.
        RunFolder.EnsureCanCreate(recipe.Recipe.Output);
        TrainingSamples samples = TrainingSamples.Read(terminal, recipe);
        using DistillSession session = Open(terminal, recipe, samples);
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment environment = RunEnvironment.Capture(
            build.Version, build.Commit ?? "unknown", [command, file, .. overrides], Devices.NameOf(session.Device), TimeProvider.System);
        using RunFolder run = RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, environment, TimeProvider.System);
        Describe(recipe.Recipe, samples, session).Write(run.Path);
        terminal.ErrorText.WriteLine($"{samples.Training.Count} samples; writing to {run.Path}");
        return Train(terminal, session, run, samples);
    }

    /// <summary>Goes on with an interrupted run.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="command">The command's name.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="file">A recipe; null for the run's own.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="allowsChanges">Whether recipe, data, models and program may differ from the run's.</param>
    /// <param name="read">Reads the recipe.</param>
    /// <returns>The exit code.</returns>
    public static int Resume(
        Terminal terminal,
        string command,
        string folder,
        string? file,
        IReadOnlyList<string> overrides,
        bool allowsChanges,
        Func<string, IReadOnlyList<string>, ResolvedRecipe<DistillRecipe>> read)
    {
        using RunFolder run = RunFolder.Reopen(folder, TimeProvider.System);
        ResolvedRecipe<DistillRecipe> recipe = PrecisionChoice.Settle(terminal, overrides, keys => read(file ?? run.RecipeFile, keys));
        TrainingSamples samples = TrainingSamples.Read(terminal, recipe);
        using DistillSession session = Open(terminal, recipe, samples);
        RunInputs now = Describe(recipe.Recipe, samples, session);
        long step = run.ResumableSteps() is { Count: > 0 } steps ? steps[^1] : 0;
        IReadOnlyList<string> changes =
        [
            .. RecipeDifferences.Find(File.ReadAllText(run.RecipeFile), recipe.Yaml, "output"),
            // A run that was killed while its folder was made has no fingerprints yet, and nothing that they could contradict.
            .. step == 0 && !File.Exists(run.InputsFile) ? [] : RunInputs.Read(run.Path).DifferencesTo(now),
        ];
        if (changes.Count > 0 && !allowsChanges)
        {
            throw new InputException(
            [
                .. changes.Select(change => new Problem(run.Path, change)),
                new Problem(run.Path, $"the run would not go on to the same result. Take the changes back, or go on all the same: drivekd {command} --resume {folder} --allow-changed"),
            ]);
        }

        if (changes.Count > 0)
        {
            AtomicFile.WriteText(run.RecipeFile, recipe.Yaml);
        }

        now.Write(run.Path);

        run.Continue(step, changes);
        terminal.ErrorText.WriteLine($"{samples.Training.Count} samples; going on in {run.Path} after step {step}");
        foreach (string change in changes)
        {
            terminal.ErrorText.WriteLine($"changed: {change}");
        }

        return Train(terminal, session, run, samples);
    }

    private static int Train(Terminal terminal, DistillSession session, RunFolder run, TrainingSamples samples)
    {
        if (session.IsMemoryScarce)
        {
            terminal.ErrorText.WriteLine(
                "memory is scarce for this run: what is freed goes back to the system at once, and steps take up to twice as long. Smaller batches, fewer trained parameters or bfloat16 would avoid it.");
        }

        if (session.UnreadTeachers.Count > 0)
        {
            terminal.ErrorText.WriteLine(
                $"the targets of all samples lie in {session.Recipe.Cache.Folder}; not read: {string.Join(", ", session.UnreadTeachers)}");
        }

        foreach (string notice in session.Notices)
        {
            terminal.ErrorText.WriteLine(notice);
        }

        TrainingDisplay display = new(terminal, session.Recipe.Log.Every);
        TrainingOutcome outcome = display.Show(validating => new DistillTrainer(session, run).Run(display, validating, terminal.Interrupted));
        TrainingReport.Write(terminal, run, outcome, display, samples.Training[0]);
        if (session.Stored is StoreCounts counts && StoreNotice.Of(counts) is string ofFolder)
        {
            terminal.ErrorText.WriteLine(ofFolder);
        }

        return outcome.WasCancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static DistillSession Open(Terminal terminal, ResolvedRecipe<DistillRecipe> recipe, TrainingSamples samples)
    {
        using ProgressLine line = new(terminal);
        return DistillSession.Open(recipe, samples.Training, samples.Validation, line, terminal.Interrupted);
    }

    /// <summary>Fingerprints of record files, and of what the driving world made.</summary>
    private static Dictionary<string, string> Records(DistillRecipe recipe, TrainingSamples samples)
    {
        Dictionary<string, string> hashes = new(RunInputs.OfRecords([.. recipe.Data.Records ?? [], .. recipe.Validation.Records ?? []]));
        if (recipe.Data.World is not null)
        {
            hashes["data.world"] = RunInputs.OfSamples(samples.Training);
        }

        if (recipe.Validation.World is not null)
        {
            hashes["validation.world"] = RunInputs.OfSamples(samples.Validation);
        }

        return hashes;
    }

    private static RunInputs Describe(DistillRecipe recipe, TrainingSamples samples, DistillSession session)
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        return new RunInputs
        {
            Version = build.Version,
            Commit = build.Commit ?? "unknown",
            Records = Records(recipe, samples),
            Pictures = RunInputs.OfPictures(samples.Training.Concat(samples.Validation)),
            Models = session.ModelFolders.ToDictionary(folder => folder, RunInputs.OfModel),
        };
    }
}
