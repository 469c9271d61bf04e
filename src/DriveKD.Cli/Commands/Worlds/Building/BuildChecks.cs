using DriveKD.Data.Errors;
using DriveKD.Pretraining.Assets;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>What must hold before a build begins or goes on.</summary>
internal static class BuildChecks
{
    /// <summary>Refuses a place for the models that holds something else than models of the world: it will be replaced.</summary>
    /// <param name="output">The folder.</param>
    /// <exception cref="InputException">It is a file, or holds files without a manifest.</exception>
    public static void RequireReplaceable(string output)
    {
        if (File.Exists(output))
        {
            throw new InputException(output, "is a file; --out names a folder.");
        }

        if (Directory.Exists(output) && !File.Exists(Path.Combine(output, WorldManifest.FileName)) && Directory.EnumerateFileSystemEntries(output).Any())
        {
            throw new InputException(
                output, $"holds files, but no {WorldManifest.FileName}: they would be lost, since the folder is replaced as a whole. Name another with --out.");
        }
    }

    /// <summary>What of a work folder does not fit what is asked for now, in words.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="then">What the folder was made with.</param>
    /// <param name="now">What is asked for.</param>
    /// <param name="states">How far each step's product is.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static IReadOnlyList<string> Changes(BuildPlan plan, BuildRecord then, BuildRecord now, IReadOnlyDictionary<string, ProductState> states) =>
    [
        .. then.DifferencesTo(now),
        .. plan.Steps.Where(step => step.Recipe is not null && states[step.Name] is ProductState.Finished or ProductState.Interrupted).SelectMany(RecipeChanges),
        .. from step in plan.Steps
           where states[step.Name] is ProductState.Finished or ProductState.Interrupted
           from earlier in step.After
           where states[earlier] != ProductState.Finished
           select $"holds {step.Name}, made from an earlier {earlier}, which is not there any more; delete {step.Product} to make it anew",
    ];

    private static IEnumerable<string> RecipeChanges(BuildStep step)
    {
        string file = Path.Combine(step.Product, BuildStep.RunRecipeName);
        try
        {
            return RecipeDifferences.Find(File.ReadAllText(file), step.Recipe!.Resolve())
                .Select(change => $"holds {step.Name} of another recipe, {change}; delete {step.Product} to make it anew");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }
}
