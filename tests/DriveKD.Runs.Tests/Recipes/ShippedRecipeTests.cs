using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class ShippedRecipeTests
{
    [Fact]
    public void Read_EveryShippedRecipe_IsCompleteAndOpensWithComments()
    {
        string[] files = Directory.GetFiles(Path.Combine(TestPaths.Repository, "recipes", "distill"), "*.yaml");

        Assert.Single(files);
        foreach (string file in files)
        {
            RecipeReader.Read<DistillRecipe>(file, [], checkPaths: false);
            Assert.StartsWith("# ", File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_EveryShippedEvaluation_IsCompleteAndOpensWithComments()
    {
        string[] files = Directory.GetFiles(Path.Combine(TestPaths.Repository, "recipes", "evaluate"), "*.yaml");

        Assert.Equal(2, files.Length);
        foreach (string file in files)
        {
            RecipeReader.Read<EvaluateRecipe>(file, [], checkPaths: false);
            Assert.StartsWith("# ", File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_DemoBesideTheReferenceData_FindsEveryInput()
    {
        string shared = TestPaths.RequireShared("data", "drivelm-demo");
        string recipe = Path.Combine(TestPaths.Repository, "recipes", "distill", "drivelm-demo.yaml");

        DistillRecipe read = RecipeReader.Read<DistillRecipe>(recipe, [$"data.images={shared}"]).Recipe;

        Assert.Equal(shared, read.Data.Images);
        Assert.Equal(TestPaths.RequireShared("golden", "internvl", "student"), read.Models.Student);
    }
}
