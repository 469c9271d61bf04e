using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>A comparison from its recipe to its last word on the console: trials, final runs, report.</summary>
internal sealed class CompareSession
{
    private readonly Terminal _terminal;
    private readonly ResolvedRecipe<CompareRecipe> _recipe;
    private readonly RunRecipes _runs;
    private readonly CompareQuestions _test;
    private readonly CompareQuestions? _validation;

    private CompareSession(Terminal terminal, ResolvedRecipe<CompareRecipe> recipe)
    {
        (_terminal, _recipe, _runs) = (terminal, recipe, new RunRecipes(recipe));
        _runs.Check();
        _test = CompareQuestions.Read(terminal, Recipe.Test, Recipe.Seed, recipe.Where("test.records"));
        _validation = Recipe.Tuning is { } tuning ? CompareQuestions.Read(terminal, tuning.Data, Recipe.Seed, recipe.Where("tuning.data.records")) : null;
    }

    private CompareRecipe Recipe => _recipe.Recipe;

    /// <summary>Starts a comparison.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="file">The recipe.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="isJson">Whether one JSON document is printed instead of tables.</param>
    /// <returns>The exit code.</returns>
    public static int Start(Terminal terminal, string file, IReadOnlyList<string> overrides, bool isJson)
    {
        ResolvedRecipe<CompareRecipe> recipe = RecipeReader.Read<CompareRecipe>(file, overrides);
        // Before anything is read that takes time: a comparison that cannot be written must not start.
        RunFolder.EnsureCanCreate(recipe.Recipe.Output);
        CompareSession session = new(terminal, recipe);
        BuildInfo build = BuildInfo.OfThisProgram;
        RunEnvironment environment = RunEnvironment.Capture(
            build.Version, build.Commit ?? "unknown", ["compare", file, .. overrides], recipe.Recipe.Recipe, TimeProvider.System);
        using RunFolder run = RunFolder.Create(recipe.Recipe.Output, recipe.Yaml, environment, TimeProvider.System);
        return session.Run(run, takesAny: false, isJson);
    }

    /// <summary>Goes on with a comparison.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="file">A recipe; null for the comparison's own.</param>
    /// <param name="overrides">Keys from the command line.</param>
    /// <param name="takesAny">Whether finished runs count whatever has changed since.</param>
    /// <param name="isJson">Whether one JSON document is printed instead of tables.</param>
    /// <returns>The exit code.</returns>
    public static int Resume(Terminal terminal, string folder, string? file, IReadOnlyList<string> overrides, bool takesAny, bool isJson)
    {
        using RunFolder run = RunFolder.Reopen(folder, TimeProvider.System, mayBeFinished: true);
        ResolvedRecipe<CompareRecipe> recipe = RecipeReader.Read<CompareRecipe>(file ?? run.RecipeFile, [.. overrides, $"output='{run.Path.Replace("'", "''", StringComparison.Ordinal)}'"]);
        CompareSession session = new(terminal, recipe);
        IReadOnlyList<string> changes = RecipeDifferences.Find(File.ReadAllText(run.RecipeFile), recipe.Yaml, "output", "workers");
        AtomicFile.WriteText(run.RecipeFile, recipe.Yaml);
        run.Continue(0, changes);
        foreach (string change in changes)
        {
            terminal.ErrorText.WriteLine($"changed: {change}");
        }

        return session.Run(run, takesAny, isJson);
    }

    private int Run(RunFolder run, bool takesAny, bool isJson)
    {
        RunStore store = new(run.Path, Recipe.Cache, Recipe.KeepModels);
        CompareRunner runner = new(_terminal, Recipe, _runs, store, new RunKeys(_terminal), takesAny);
        IReadOnlyList<CompareRun> trials = ComparePlan.Tuning(Recipe);
        int final = Recipe.FinalSeeds().Count * Recipe.Sizes().Count * Recipe.Arms.Count;
        _terminal.ErrorText.WriteLine(FormattableString.Invariant(
            $"{Recipe.Arms.Count} arms, {final} final runs{(trials.Count > 0 ? FormattableString.Invariant($" after {trials.Count} trials") : "")}, {_test.Set.Questions.Count} test questions, {runner.Workers} at a time; writing to {run.Path}"));
        bool wasCancelled = false;
        string? failure = "a fault of the program";
        try
        {
            if (trials.Count > 0)
            {
                runner.Make(trials, _validation!, Recipe.Tuning!.Data);
            }

            runner.Make(ComparePlan.Final(Recipe, TuningChoice.Of(Recipe, CompareReport.Results(Recipe, store))), _test, Recipe.Test);
            failure = null;
        }
        catch (OperationCanceledException) when (_terminal.Interrupted.IsCancellationRequested)
        {
            wasCancelled = true;
            failure = null;
        }
        catch (InputException exception)
        {
            failure = exception.Message;
            throw;
        }
        finally
        {
            if (failure is not null)
            {
                run.End(RunState.Failed, 0, failure);
            }
        }

        CompareResults results = CompareReport.Make(_terminal, Recipe, store, run.Path, isJson);
        int done = results.FinishedRuns + results.FinishedTrials;
        if (wasCancelled)
        {
            run.End(RunState.Cancelled, done, "stopped by the user");
            _terminal.ErrorText.WriteLine(FormattableString.Invariant($"Stopped after {done} runs, which are kept. Go on: ./drivekd compare --resume {run.Path}"));
            return ExitCode.Cancelled;
        }

        run.End(results.IsSound ? RunState.Finished : RunState.Failed, done, results.IsSound ? null : "runs failed or a control is broken");
        return results.IsSound ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
