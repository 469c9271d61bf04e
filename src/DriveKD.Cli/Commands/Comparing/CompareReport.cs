using System.Text.Json;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>Makes tables, files and page from the results that are stored.</summary>
internal static class CompareReport
{
    /// <summary>The page.</summary>
    public const string Page = "report.html";

    /// <summary>Every result that there is, failures too, in the order of the runs.</summary>
    /// <param name="recipe">The comparison.</param>
    /// <param name="store">Where results lie.</param>
    public static IReadOnlyList<RunResult> Results(CompareRecipe recipe, RunStore store)
    {
        RunResult[] trials = [.. ComparePlan.Tuning(recipe).Select(store.Find).OfType<RunResult>()];
        return [.. trials, .. ComparePlan.Final(recipe, TuningChoice.Of(recipe, trials)).Select(store.Find).OfType<RunResult>()];
    }

    /// <summary>Makes the report of a folder again; nothing is run, and none of the inputs need be there.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="folder">The comparison's folder.</param>
    /// <param name="isJson">Whether one JSON document is printed instead of tables.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InputException">The folder holds no comparison.</exception>
    public static int Again(Terminal terminal, string folder, bool isJson)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _ = RunStatus.Read(folder);
        CompareRecipe recipe = RecipeReader.Read<CompareRecipe>(Path.Combine(folder, "recipe.yaml"), [], checkPaths: false).Recipe;
        CompareResults results = Make(terminal, recipe, new RunStore(folder, cache: null, keepsModels: false), folder, isJson);
        return results.IsSound ? ExitCode.Done : ExitCode.CheckFailed;
    }

    /// <summary>Makes the report.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="recipe">The comparison.</param>
    /// <param name="store">Where results lie.</param>
    /// <param name="folder">The comparison's folder.</param>
    /// <param name="isJson">Whether one JSON document is printed instead of tables.</param>
    public static CompareResults Make(Terminal terminal, CompareRecipe recipe, RunStore store, string folder, bool isJson)
    {
        CompareResults results = CompareStatistics.Of(recipe, Results(recipe, store));
        CompareFacts facts = Facts(folder);
        string document = CompareDocument.Write(recipe, results, facts);
        AtomicFile.WriteText(Path.Combine(folder, "results.json"), document);
        AtomicFile.WriteText(Path.Combine(folder, "results.csv"), CompareCsv.Write(results));
        AtomicFile.WriteText(Path.Combine(folder, Page), ComparePage.Write(recipe, results, facts));
        if (isJson)
        {
            terminal.WriteRaw(document.TrimEnd());
        }
        else
        {
            CompareTables.Write(terminal, recipe, results, Path.Combine(folder, Page));
        }

        return results;
    }

    private static CompareFacts Facts(string folder)
    {
        BuildInfo build = BuildInfo.OfThisProgram;
        using JsonDocument environment = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "environment.json")));
        JsonElement root = environment.RootElement;
        IEnumerable<string?> arguments = root.GetProperty("command_line").EnumerateArray().Select(argument => argument.GetString());
        return new CompareFacts
        {
            Folder = folder,
            Program = $"drivekd {build.Version} ({build.Commit ?? "unknown"})",
            Command = $"drivekd {string.Join(' ', arguments.Select(argument => argument!.Any(letter => char.IsWhiteSpace(letter) || letter is '{' or '[') ? $"'{argument}'" : argument))}",
            Machine = FormattableString.Invariant($"{root.GetProperty("processor").GetString()}, {root.GetProperty("cores").GetInt32()} cores, {root.GetProperty("operating_system").GetString()}"),
            StartedAt = root.GetProperty("started_at").GetDateTimeOffset(),
            MadeAt = TimeProvider.System.GetLocalNow(),
        };
    }
}
