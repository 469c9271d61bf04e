using DriveKD.Runs.Recipes;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class RecipeDifferencesTests
{
    /// <summary>Paths of the temporary folders that the texts were read in.</summary>
    private static readonly string[] _paths =
        ["models.student", "models.teachers.perception", "models.teachers.reasoning", "models.teachers.planning", "data.records", "data.images"];

    [Fact]
    public void Find_ChangedMissingAndNewKeys_NamesEachByItsWholeKey()
    {
        string then = RecipeText.Read(RecipeText.Minimal, "train.ema=0.9").Yaml;
        string now = RecipeText.Read(RecipeText.Minimal, "train.steps=21", "train.clip_norm=1", "output=elsewhere").Yaml;

        Assert.Equal(
            ["train.steps: 20 then, 21 now", "train.ema: 0.9 then, not set now", "train.clip_norm: not set then, 1 now"],
            RecipeDifferences.Find(then, now, ["output", .. _paths]));
        Assert.Empty(RecipeDifferences.Find(then, then));
        Assert.StartsWith("output: ", Assert.Single(RecipeDifferences.Find(then, RecipeText.Read(RecipeText.Minimal, "train.ema=0.9", "output=elsewhere").Yaml, _paths)), StringComparison.Ordinal);
    }
}
