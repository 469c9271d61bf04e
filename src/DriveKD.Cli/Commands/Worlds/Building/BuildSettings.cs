using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>What a build of the world's models was asked for.</summary>
internal sealed record BuildSettings
{
    /// <summary>Where the shipped models go; absolute.</summary>
    public required string Output { get; init; }

    /// <summary>Where everything before them is kept; absolute.</summary>
    public required string Work { get; init; }

    /// <summary>The folder of the recipes, with <c>world/</c> in it; absolute.</summary>
    public required string Recipes { get; init; }

    /// <summary>The seed of the scenes, of the initial values and of every run.</summary>
    public required long Seed { get; init; }

    /// <summary>Steps at a time.</summary>
    public required int Workers { get; init; }

    /// <summary>Scenes, training steps and questions as a multiple of the full build's.</summary>
    public required double Scale { get; init; }

    /// <summary>Whether a work folder that was made with other settings, recipes or another program is gone on with.</summary>
    public bool AllowsChanges { get; init; }

    /// <summary>Checks what was asked for.</summary>
    /// <exception cref="InputException">Something is impossible: all of it at once.</exception>
    public static BuildSettings Check(string output, string work, string? recipes, long seed, int? workers, double scale, bool allowsChanges)
    {
        ProblemList problems = new();
        if (seed < 0)
        {
            problems.Add("--seed", Words($"is {seed}; a number of at least 0 is expected."));
        }

        if (workers is < 1 or > 64)
        {
            problems.Add("--workers", Words($"is {workers}; 1 to 64 are possible."));
        }

        if (!(scale is > 0 and <= 10))
        {
            problems.Add("--scale", Words($"is {scale}; a number above 0 and at most 10 is expected, 1 for the full build."));
        }

        output = Absolute(output);
        work = Absolute(work);
        if (IsWithin(work, output) || IsWithin(output, work))
        {
            problems.Add("--work", $"{work} and --out {output} lie in each other; --out is replaced as a whole. Give two folders apart.");
        }

        string? found = recipes is null ? RecipeFolder.Find() : Absolute(recipes);
        if (found is null || !File.Exists(Path.Combine(found, "world", "tower.yaml")))
        {
            problems.Add("--recipes", found is null
                ? "is not given, and neither the working folder nor any above the program holds recipes/world/tower.yaml; name the folder of the recipes."
                : $"{found} holds no world/tower.yaml; the folder of the recipes is expected.");
        }

        problems.ThrowIfAny();
        return new BuildSettings
        {
            Output = output,
            Work = work,
            Recipes = found!,
            Seed = seed,
            Workers = workers ?? Environment.ProcessorCount,
            Scale = scale,
            AllowsChanges = allowsChanges,
        };
    }

    /// <summary>A number of the full build at this one's scale.</summary>
    /// <param name="full">The full build's.</param>
    /// <param name="least">Never fewer.</param>
    public int Scaled(int full, int least = 1) => Math.Max(least, (int)Math.Round(full * Scale, MidpointRounding.AwayFromZero));

    private static string Absolute(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private static bool IsWithin(string inner, string outer) =>
        (inner + Path.DirectorySeparatorChar).StartsWith(outer + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
