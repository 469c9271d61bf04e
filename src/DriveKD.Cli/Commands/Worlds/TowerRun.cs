using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Models.Tensors;
using DriveKD.Pretraining.Labels;
using DriveKD.Pretraining.Towers;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using DriveKD.World;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Worlds;

/// <summary>A tower's training from its recipe to its last word on the console.</summary>
internal static class TowerRun
{
    private const string Command = "world tower";

    /// <summary>Starts a run.</summary>
    public static int Start(Terminal terminal, string file, IReadOnlyList<string> overrides)
    {
        ResolvedRecipe<TowerRecipe> recipe = RecipeReader.Read<TowerRecipe>(file, overrides);
        // Before pictures are drawn: a run that cannot be written must not start.
        RunFolder.EnsureCanCreate(recipe.Recipe.Output);
        using TowerSession session = Open(terminal, recipe);
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment environment = RunEnvironment.Capture(
            build.Version, build.Commit ?? "unknown", [.. Command.Split(' '), file, .. overrides], Devices.NameOf(session.Device), terminal.Time);
        using RunFolder run = RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, environment, terminal.Time);
        Describe(recipe.Recipe).Write(run.Path);
        terminal.ErrorText.WriteLine($"{recipe.Recipe.Data.Scenes} pictures; writing to {run.Path}");
        return Train(terminal, session, run);
    }

    /// <summary>Goes on with an interrupted run.</summary>
    public static int Resume(Terminal terminal, string folder, string? file, IReadOnlyList<string> overrides, bool allowsChanges)
    {
        using RunFolder run = RunFolder.Reopen(folder, terminal.Time);
        ResolvedRecipe<TowerRecipe> recipe = RecipeReader.Read<TowerRecipe>(file ?? run.RecipeFile, overrides);
        RunInputs now = Describe(recipe.Recipe);
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
                new Problem(
                    run.Path,
                    "the run would not go on to the same result. Take the changes back, or go on all the same: "
                        + $"drivekd {Command} --resume {folder} --allow-changed"),
            ]);
        }

        using TowerSession session = Open(terminal, recipe);
        AtomicFile.WriteText(run.RecipeFile, recipe.Yaml);
        now.Write(run.Path);
        run.Continue(step, changes);
        terminal.ErrorText.WriteLine($"{recipe.Recipe.Data.Scenes} pictures; going on in {run.Path} after step {step}");
        foreach (string change in changes)
        {
            terminal.ErrorText.WriteLine($"changed: {change}");
        }

        return Train(terminal, session, run);
    }

    private static int Train(Terminal terminal, TowerSession session, RunFolder run)
    {
        TowerOutcome outcome;
        using (TowerDisplay display = new(terminal))
        {
            outcome = new TowerTrainer(session, run, terminal.Time).Run(display, terminal.Interrupted);
        }

        if (outcome.HeldOut is TowerAccuracy accuracy)
        {
            Table table = new Table().RoundedBorder().AddColumn("held-out pictures").AddColumn(new TableColumn("found").RightAligned());
            foreach ((string name, double share) in accuracy.Heads)
            {
                table.AddRow(name, share.ToString("P1", CultureInfo.InvariantCulture));
            }

            terminal.Output.Write(table);
        }

        terminal.WriteRaw(outcome.WasCancelled
            ? $"stopped after step {outcome.Steps}; go on with: drivekd {Command} --resume {run.Path}"
            : $"the model with its trained tower: {outcome.ModelFolder}");
        return outcome.WasCancelled ? ExitCode.Cancelled : ExitCode.Done;
    }

    private static TowerSession Open(Terminal terminal, ResolvedRecipe<TowerRecipe> recipe)
    {
        using ProgressLine line = new(terminal);
        return TowerSession.Open(recipe, new WorldPictures(WorldLevels.Settings(recipe.Recipe.Data.Level)), line, terminal.Interrupted);
    }

    private static RunInputs Describe(TowerRecipe recipe)
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        return new RunInputs
        {
            Version = build.Version,
            Commit = build.Commit ?? "unknown",
            Records = new Dictionary<string, string>(),
            // Drawn, not read: their number and their world decide them, with the recipe's seed.
            Pictures = string.Create(CultureInfo.InvariantCulture, $"{recipe.Data.Scenes + recipe.Data.HeldOut} world-{WorldVersion.Current}"),
            Models = new Dictionary<string, string> { [recipe.Model] = RunInputs.OfModel(recipe.Model) },
        };
    }
}
