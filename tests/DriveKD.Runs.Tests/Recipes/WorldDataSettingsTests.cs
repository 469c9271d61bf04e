using DriveKD.Runs.Recipes;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class WorldDataSettingsTests
{
    private const string FromWorld = """
        output: out
        models:
          student: student
          teachers: { perception: large, reasoning: large, planning: large }
        data:
          world: { scenes: 500, planning: 40, split: validation, level: town, references: both }
        train:
          steps: 20
        """;

    [Fact]
    public void Read_World_TakesThePlaceOfRecords()
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeText.Read(FromWorld);

        WorldDataSettings world = recipe.Recipe.Data.World!;
        Assert.Equal((500, 40, WorldSplit.Validation, WorldLevel.Town, WorldReferences.Both, 84), (world.Scenes, world.Planning, world.Split, world.Level, world.References, world.Size));
        Assert.Null(recipe.Recipe.Data.Records);
        Assert.Equal(recipe.Recipe, RecipeText.Read(recipe.Yaml).Recipe);
    }

    [Fact]
    public void Read_WorldTakenAway_NeedsRecordsAgain()
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeText.Read(FromWorld, "data.world=null", "data.records=a.json", "data.images=pictures");

        Assert.Null(recipe.Recipe.Data.World);
        Assert.Contains(RecipeText.Problems(FromWorld, "data.world=null"), problem => problem.Contains("there are no questions", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_WorldBesideRecords_IsRefused() =>
        Assert.Contains(
            "data.world makes questions and pictures itself",
            RecipeText.Problem(RecipeText.Minimal, "data.world={scenes: 10, planning: 1}"),
            StringComparison.Ordinal);

    [Fact]
    public void Read_RecordsWithoutImages_IsRefused() =>
        Assert.Contains("write data.images", RecipeText.Problem(RecipeText.Minimal, "data.images=null"), StringComparison.Ordinal);

    [Fact]
    public void Read_WorldBesideValidationRecords_IsRefused() =>
        Assert.Contains(
            "validation.world makes its own questions",
            RecipeText.Problem(FromWorld, "validation.records=a.json", "validation.world={scenes: 10, planning: 1}"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("data.world.scenes=0", "expected a whole number at least 1")]
    [InlineData("data.world.scenes=null", "expected a whole number at least 1")]
    [InlineData("data.world.planning=0", "no question is asked")]
    [InlineData("data.world.level=city", "expected one of lesson, road, town")]
    [InlineData("data.world.size=8", "expected a whole number at least 16")]
    public void Read_ImpossibleWorld_IsRefused(string argument, string words) =>
        Assert.Contains(words, RecipeText.Problem(FromWorld, argument), StringComparison.Ordinal);
}
