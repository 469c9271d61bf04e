using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes.Reading;

namespace DriveKD.Runs.Recipes;

/// <summary>
/// Reads recipes strictly: every key must be known, every value of its type and within its limits, and all problems are reported at
/// once. A recipe type is a tree of records whose properties carry <see cref="Schema.RecipeKeyAttribute"/>; a key that is left out
/// keeps its property's default.
/// </summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe.</summary>
    /// <typeparam name="T">The recipe's type.</typeparam>
    /// <param name="file">A YAML file.</param>
    /// <param name="overrides">Arguments <c>key=value</c> that replace keys of the file: dotted keys, YAML values.</param>
    /// <param name="checkPaths">Whether the files and folders that the recipe reads must exist.</param>
    /// <param name="source">Where the arguments come from; the command line where it is null.</param>
    /// <returns>The recipe with absolute paths, its resolved text, and where each key was written.</returns>
    /// <exception cref="InputException">Everything that is wrong with the file and the arguments.</exception>
    public static ResolvedRecipe<T> Read<T>(string file, IReadOnlyList<string> overrides, bool checkPaths = true, OverrideSource? source = null)
        where T : class
    {
        RecipeProblems problems = new(file, source?.Name ?? OverrideSource.CommandLineName);
        RecipeMapping? tree = ReadFile(file, problems);
        bool isWhole = tree is not null;
        tree ??= new RecipeMapping([], RecipeOrigin.File);
        new CommandLineKeys(RecipeSchema<T>.Keys, problems).Apply(tree, overrides);

        string workingFolder = Directory.GetCurrentDirectory();
        string recipeFolder = Path.GetDirectoryName(Path.GetFullPath(file, workingFolder)) ?? workingFolder;
        RecipeBinder binder = new(RecipeSchema<T>.Keys, problems, new PathReader(recipeFolder, workingFolder, checkPaths, source), isWhole);
        object recipe = binder.BindSection(typeof(T), RecipeSchema<T>.Keys, tree, "", RecipeOrigin.File);
        return problems.Count == 0
            ? new ResolvedRecipe<T>(file, (T)recipe, RecipeWriter.Write(RecipeSchema<T>.Keys, recipe), binder.Origins, source?.Name ?? OverrideSource.CommandLineName)
            : throw new InputException(problems.InOrder());
    }

    private static RecipeMapping? ReadFile(string file, RecipeProblems problems)
    {
        if (string.IsNullOrWhiteSpace(file) || file.Contains('\0', StringComparison.Ordinal))
        {
            problems.Add(RecipeOrigin.File, "", "expected the name of a recipe file");
            return null;
        }

        int before = problems.Count;
        if (RecipeFile.Read(file, problems) is not { } text)
        {
            return null;
        }

        RecipeNode? root = YamlTree.Parse(text, problems);
        switch (root)
        {
            case RecipeMapping mapping:
                return mapping;
            case null or { IsNull: true }:
                if (problems.Count == before)
                {
                    problems.Add(RecipeOrigin.File, "", "the recipe is empty; recipes/ holds examples to begin from");
                }

                return null;
            case RecipeFault:
                return null;
            default:
                problems.Add(root.Origin, "", $"found {root.Description}, expected a mapping (key: value)");
                return null;
        }
    }
}
