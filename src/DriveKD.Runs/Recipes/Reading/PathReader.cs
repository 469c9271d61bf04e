using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes.Reading;

/// <summary>Makes a recipe's paths absolute and looks whether they lead to what they should.</summary>
/// <param name="recipeFolder">Where relative inputs of the file start.</param>
/// <param name="workingFolder">Where relative outputs and relative paths of the command line start.</param>
/// <param name="mustExist">Whether inputs must exist.</param>
/// <param name="source">Where arguments come from; null for the command line, whose relative paths start at the working folder.</param>
internal sealed class PathReader(string recipeFolder, string workingFolder, bool mustExist, OverrideSource? source = null)
{
    /// <summary>Reads a path.</summary>
    /// <param name="kind">What it should lead to.</param>
    /// <param name="text">Not empty, printable.</param>
    /// <param name="origin">Where it was written.</param>
    /// <param name="problem">What is wrong, or null.</param>
    /// <returns>The absolute path without a separator at its end.</returns>
    public string Read(RecipePathKind kind, string text, RecipeOrigin origin, out string? problem)
    {
        if (kind is RecipePathKind.Model or RecipePathKind.NamedModel)
        {
            return ReadModel(kind, text, origin, out problem);
        }

        bool isOutput = kind is RecipePathKind.OutputFolder or RecipePathKind.OutputFile;
        (string start, string startName) = (isOutput, origin.Override, source) switch
        {
            (true, _, _) or (_, not null, null) => (workingFolder, "the working directory"),
            (_, not null, not null) => (source.Folder, Quoting.Quote(source.Folder)),
            _ => (recipeFolder, "the recipe's folder"),
        };
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(ExpandHome(text), start));
        problem = kind switch
        {
            _ when !mustExist => null,
            RecipePathKind.InputFile when Directory.Exists(path) => $"{Quoting.Quote(path)} is a folder, expected a file",
            RecipePathKind.InputFile when !File.Exists(path) => Missing("file", path, text, startName),
            RecipePathKind.InputFolder when File.Exists(path) => $"{Quoting.Quote(path)} is a file, expected a folder",
            RecipePathKind.InputFolder when !Directory.Exists(path) => Missing("folder", path, text, startName),
            RecipePathKind.OutputFile when Directory.Exists(path) => $"{Quoting.Quote(path)} is a folder, expected the name of a file",
            _ => null,
        };
        return path;
    }

    /// <summary>Only what is a folder is a path: a name in front stays, and so does what a server calls its model.</summary>
    private string ReadModel(RecipePathKind kind, string text, RecipeOrigin origin, out string? problem)
    {
        (string prefix, string address) = kind == RecipePathKind.NamedModel ? NamedModel.Split(text) : ("", text);
        bool isBehindServer = address.StartsWith(NamedModel.ServerPrefix, StringComparison.Ordinal);
        if (address.Trim().Length == 0 || address.Trim() == NamedModel.ServerPrefix || prefix.Trim() == "=")
        {
            problem = $"found {Quoting.Quote(text)}, expected FOLDER or {NamedModel.ServerPrefix}MODEL{(kind == RecipePathKind.NamedModel ? ", perhaps behind NAME=" : "")}";
            return text;
        }

        problem = null;
        return isBehindServer ? text : prefix + Read(RecipePathKind.InputFolder, address, origin, out problem);
    }

    /// <summary>"~/models" starts at the user's home, as shells have it; they do not see it behind "key=".</summary>
    private static string ExpandHome(string text) =>
        text.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), text[1..])
            : text;

    private static string Missing(string what, string path, string text, string startName)
    {
        string? parent = Path.GetDirectoryName(path);
        while (parent is not null && !Directory.Exists(parent))
        {
            parent = Path.GetDirectoryName(parent);
        }

        string start = Path.IsPathFullyQualified(text)
            ? ""
            : $" (relative to {startName})";
        return $"there is no {what} {Quoting.Quote(path)}{start}{NearestExisting(parent, path)}";
    }

    private static string NearestExisting(string? parent, string path)
    {
        if (parent is null)
        {
            return "";
        }

        string missingName = Path.GetRelativePath(parent, path).Split(Path.DirectorySeparatorChar)[0];
        EnumerationOptions options = new() { IgnoreInaccessible = true, AttributesToSkip = 0 };
        IEnumerable<string> names = Directory.EnumerateFileSystemEntries(parent, "*", options).Take(2000).Select(Path.GetFileName).OfType<string>();
        string? near = missingName.Length < 200 ? NearestName.Find(missingName, names) : null;
        return near is null ? $"; {Quoting.Quote(parent)} is the part that exists" : $"; did you mean {Quoting.Quote(Path.Join(parent, near))}?";
    }
}
