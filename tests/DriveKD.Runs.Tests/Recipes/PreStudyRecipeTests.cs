using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class PreStudyRecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PreStudyRecipeTests()
    {
        foreach (string folder in (string[])["models/teacher", "models/student", "models/after", "pictures"])
        {
            Directory.CreateDirectory(_folder[folder]);
        }

        File.WriteAllText(_folder["records.json"], "[]");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OneModelAndNothingElse_HasTheDefaults()
    {
        PreStudyRecipe recipe = Read("models: models/teacher").Recipe;

        Assert.Equal([new NamedModel("teacher", _folder["models/teacher"])], recipe.NamedModels());
        Assert.Null(recipe.Student);
        Assert.Equal(Enum.GetValues<Capability>(), recipe.Data.SelectedCapabilities());
        Assert.Equal((10, 1.0, MarginReading.Answer), (recipe.Margin.Bins, recipe.Margin.Temperature, recipe.Margin.Reading));
        Assert.Equal(StudiedRepresentation.LastPromptToken, recipe.Representation);
    }

    [Fact]
    public void Yaml_ReadAgain_IsTheSameRecipe()
    {
        ResolvedRecipe<PreStudyRecipe> recipe = Read(
            """
            models: [big=models/teacher, other=models/student]
            student: models/student
            student_after: models/after
            general: {records: records.json, images: pictures, samples: 5}
            representation: text
            margin: {bins: 5, reading: top}
            proposal: {max_dispersion: 0.2}
            pull: {samples: 0}
            """);
        File.WriteAllText(_folder["again.yaml"], recipe.Yaml);

        Assert.Equal(recipe.Recipe, RecipeReader.Read<PreStudyRecipe>(_folder["again.yaml"], []).Recipe);
        Assert.Equal(_folder["models/after"], recipe.Recipe.StudentAfter);
        Assert.Equal(MarginReading.Top, recipe.Recipe.Margin.Reading);
    }

    [Theory]
    [InlineData("models: [a=models/teacher, a=models/student]", "2 models are called 'a'")]
    [InlineData("models: openai:gpt-4o-mini", "is behind a server, which shows neither hidden states nor attention")]
    [InlineData("models: models/teacher\nstudent_after: models/after", "is compared with the student before its run")]
    [InlineData("models: [models/teacher, models/student]\nstudent: models/student", "is what curves call the model under student")]
    [InlineData("models: models/teacher\ngrid: 1", "grid")]
    [InlineData("models: models/teacher\nrepresentation: nose", "representation")]
    [InlineData("models: models/teacher\nmargin: {reading: best}", "answer, top")]
    public void Read_ImpossibleRecipe_SaysWhat(string keys, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Read(keys)).Message, StringComparison.Ordinal);

    private ResolvedRecipe<PreStudyRecipe> Read(string keys)
    {
        File.WriteAllText(_folder["recipe.yaml"], $"output: run\ndata: {{records: records.json, images: pictures}}\n{keys}\n");
        return RecipeReader.Read<PreStudyRecipe>(_folder["recipe.yaml"], []);
    }
}
