using System.CommandLine;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands;

/// <summary>What every command over a recipe takes: the file, keys that win over it, and the run to go on with.</summary>
internal sealed class RecipeArguments
{
    private readonly string _command;

    /// <summary>The arguments of a command.</summary>
    /// <param name="command">Its name.</param>
    /// <param name="examples">Keys as an example.</param>
    /// <param name="resuming">What going on means.</param>
    /// <param name="allowing">What <c>--allow-changed</c> means.</param>
    public RecipeArguments(string command, string examples, string resuming, string allowing)
    {
        _command = command;
        Overrides = new Argument<string[]>("key=value") { Description = $"Keys of the recipe, such as {examples}; they win over the file.", Arity = ArgumentArity.ZeroOrMore };
        Resume = new Option<string?>("--resume") { Description = resuming, HelpName = "RUN" };
        AllowChanged = new Option<bool>("--allow-changed") { Description = allowing };
    }

    /// <summary>The file.</summary>
    public Argument<string?> Recipe { get; } = new("RECIPE")
    {
        Description = "Recipe file (YAML); docs/RECIPES.md lists every key. With --resume it may be left out: the run's own is taken.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The keys.</summary>
    public Argument<string[]> Overrides { get; }

    /// <summary>The run.</summary>
    public Option<string?> Resume { get; }

    /// <summary>Whether it may differ.</summary>
    public Option<bool> AllowChanged { get; }

    /// <summary>Reads what was written.</summary>
    /// <param name="parse">The command line.</param>
    /// <returns>The recipe, given unless a run is; the keys; the run, or null for a new one.</returns>
    /// <exception cref="InputException">There is neither a recipe nor a run, or something stands that only a run has.</exception>
    public (string? File, IReadOnlyList<string> Keys, string? Run) Read(ParseResult parse)
    {
        string? file = parse.GetValue(Recipe);
        List<string> keys = [.. parse.GetValue(Overrides) ?? []];
        string? run = parse.GetValue(Resume);
        if (run is not null && file is not null && file.Contains('=', StringComparison.Ordinal) && !File.Exists(file))
        {
            // Without a recipe the first key=value stands in its place.
            keys.Insert(0, file);
            file = null;
        }

        if (run is null && parse.GetValue(AllowChanged))
        {
            throw new InputException("--allow-changed", "stands without --resume RUN; a new run has nothing to differ from.");
        }

        return run is not null || file is not null
            ? (file, keys, run)
            : throw new InputException("RECIPE", $"is missing: drivekd {_command} RECIPE.yaml [key=value ...], or drivekd {_command} --resume RUN.");
    }
}
