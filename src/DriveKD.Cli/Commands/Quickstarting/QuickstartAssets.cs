using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Pretraining.Assets;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>The driving world's small models and the recipe that trains with them.</summary>
/// <param name="Folder">The models' folder, absolute.</param>
/// <param name="Recipe">The recipe of a distilled student.</param>
/// <param name="Manifest">What made the models.</param>
internal sealed record QuickstartAssets(string Folder, string Recipe, WorldManifest Manifest)
{
    private const string StudentName = "student";
    private const string Advice = "make them with `drivekd world build` (under two hours on two cores), or name another folder with --assets DIR.";

    private static readonly string _models = Path.Combine("assets", "world");
    private static readonly string _recipe = Path.Combine("recipes", "world", "quickstart.yaml");

    /// <summary>The untrained student.</summary>
    public string Student => Path.Combine(Folder, StudentName);

    /// <summary>A capability's teacher.</summary>
    /// <param name="capability">The capability.</param>
    public string Teacher(Capability capability) => Path.Combine(Folder, NameOf(capability));

    /// <summary>Finds the models and the recipe.</summary>
    /// <param name="folder">The models' folder; null to look for <c>assets/world</c> upward.</param>
    /// <param name="program">The program's folder, from which recipe and models are looked for upward.</param>
    /// <exception cref="InputException">Something is missing, damaged or of another world.</exception>
    public static QuickstartAssets Open(string? folder, string program)
    {
        string recipe = FindUpward(program, _recipe, File.Exists)
            ?? throw new InputException(_recipe, $"is in no folder above {program}: start the program from a built tree of its repository.");
        string found = Path.GetFullPath(folder ?? FindUpward(program, _models, Directory.Exists)
            ?? throw new InputException(_models, $"the driving world's small models are in no folder above {program}; {Advice}"));
        if (!File.Exists(Path.Combine(found, WorldManifest.FileName)))
        {
            string what = Directory.Exists(found) ? $"has no {WorldManifest.FileName}, which says which world its models belong to" : "is no folder";
            throw new InputException(found, $"{what}: the driving world's small models are not there; {Advice}");
        }

        WorldManifest manifest = ReadManifest(found);
        string[] missing = [.. Enum.GetValues<Capability>().Select(NameOf).Append(StudentName).Where(name => !manifest.Models.ContainsKey(name))];
        return missing.Length == 0
            ? new QuickstartAssets(found, recipe, manifest)
            : throw new InputException(Path.Combine(found, WorldManifest.FileName), $"names no model {string.Join(", ", missing)}; {Advice}");
    }

    private static WorldManifest ReadManifest(string folder)
    {
        try
        {
            return WorldManifest.Read(folder);
        }
        catch (InputException exception)
        {
            throw new InputException([.. exception.Problems.Select(problem => problem with { What = $"{problem.What} That is: {Advice}" })]);
        }
    }

    private static string NameOf(Capability capability) => capability.ToString().ToLowerInvariant();

    private static string? FindUpward(string from, string relative, Func<string, bool> exists)
    {
        for (DirectoryInfo? folder = new(from); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, relative);
            if (exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
