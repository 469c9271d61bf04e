using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>One step of a build. It either starts this program again (<see cref="Command"/>) or is done by the build itself (<see cref="Work"/>).</summary>
internal sealed class BuildStep
{
    /// <summary>Its name, unique in the plan.</summary>
    public required string Name { get; init; }

    /// <summary>The steps that come before it.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>About how long it takes on one core, in seconds: decides only what is said of the time left.</summary>
    public required double Seconds { get; init; }

    /// <summary>The file or folder that it leaves, whole or absent, or its run folder; absolute.</summary>
    public required string Product { get; init; }

    /// <summary>The command line of a new start; null where the build itself does the step.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>What is done where there is no command.</summary>
    public Action<CancellationToken>? Work { get; init; }

    /// <summary>The recipe of a run; null for a step that leaves no run folder.</summary>
    public StepRecipe? Recipe { get; init; }

    /// <summary>How far the product is.</summary>
    /// <exception cref="Data.Errors.InputException">A run's status is damaged.</exception>
    public ProductState State()
    {
        if (!Path.Exists(Product))
        {
            return ProductState.Absent;
        }

        if (Recipe is null)
        {
            return ProductState.Finished;
        }

        // Without a recipe it was killed while its folder was made: nothing was done in it.
        return !File.Exists(Path.Combine(Product, RunRecipeName)) || !File.Exists(Path.Combine(Product, RunStatus.FileName)) ? ProductState.Remains
            : RunStatus.Read(Product).State == RunState.Finished ? ProductState.Finished
            : ProductState.Interrupted;
    }

    /// <summary>The resolved recipe's name in a run folder.</summary>
    public const string RunRecipeName = "recipe.yaml";
}
