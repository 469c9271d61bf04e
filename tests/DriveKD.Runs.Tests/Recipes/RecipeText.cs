using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

/// <summary>A recipe of a test's own.</summary>
internal static class RecipeText
{
    /// <summary>The shortest recipe that is complete. Nine lines; line 1 is "output".</summary>
    public const string Minimal = """
        output: out
        models:
          student: student
          teachers: { perception: large, reasoning: large, planning: large }
        data:
          records: [a.json, b.json]
          images: pictures
        train:
          steps: 20
        """;

    /// <summary>Reads a text as a recipe; its inputs need not exist.</summary>
    public static ResolvedRecipe<DistillRecipe> Read(string yaml, params string[] overrides)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["recipe.yaml"], yaml);
        return RecipeReader.Read<DistillRecipe>(folder["recipe.yaml"], overrides, checkPaths: false);
    }

    /// <summary>Every problem of a text, the file's name cut to "recipe.yaml".</summary>
    public static string[] Problems(string yaml, params string[] overrides)
    {
        InputException exception = Assert.Throws<InputException>(() => Read(yaml, overrides));
        return [.. exception.Problems.Select(problem => problem.ToString()[Math.Max(0, problem.ToString().IndexOf("recipe.yaml", StringComparison.Ordinal))..])];
    }

    /// <summary>The only problem of a text.</summary>
    public static string Problem(string yaml, params string[] overrides) => Assert.Single(Problems(yaml, overrides));

    /// <summary>The minimal recipe with further lines behind it.</summary>
    public static string With(string lines) => $"{Minimal}\n{lines}\n";
}
