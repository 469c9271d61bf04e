using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class EvaluateRecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EvaluateRecipeTests()
    {
        foreach (string model in (string[])["models/student", "models/teacher", "pictures"])
        {
            Directory.CreateDirectory(_folder[model]);
        }

        File.WriteAllText(_folder["records.json"], "[]");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_FoldersServersAndNames_AreKeptApart()
    {
        EvaluateRecipe recipe = Read("[models/student, big=models/teacher, gpt=openai:gpt-4o-mini, 'openai:Qwen/Qwen2.5-VL-7B']");

        Assert.Equal(
            [
                new NamedModel("student", _folder["models", "student"]),
                new NamedModel("big", _folder["models", "teacher"]),
                new NamedModel("gpt", "openai:gpt-4o-mini"),
                new NamedModel("Qwen2.5-VL-7B", "openai:Qwen/Qwen2.5-VL-7B"),
            ],
            recipe.NamedModels());
        Assert.Equal([false, false, true, true], recipe.NamedModels().Select(model => model.IsBehindServer));
    }

    [Fact]
    public void Yaml_ReadAgain_IsTheSameRecipe()
    {
        ResolvedRecipe<EvaluateRecipe> recipe = Resolve("[small=models/student, 'gpt=openai:gpt-4o-mini']", "corruptions: [clean, 'rain:3', all]");
        File.WriteAllText(_folder["again.yaml"], recipe.Yaml);

        Assert.Equal(recipe.Recipe, RecipeReader.Read<EvaluateRecipe>(_folder["again.yaml"], []).Recipe);
    }

    [Theory]
    [InlineData("small=models/nowhere", "there is no folder")]
    [InlineData("'small=openai:'", "expected FOLDER or openai:MODEL, perhaps behind NAME=")]
    [InlineData("small=", "expected FOLDER or openai:MODEL")]
    [InlineData("[a=models/student, a=models/teacher]", "2 models are called 'a'")]
    [InlineData("[a b=models/student, 'a/b=models/teacher', a_b=models/teacher]", "there is no folder")]
    [InlineData("[a b=models/student, a?b=models/teacher]", "2 models are called 'a_b'")]
    public void Read_ModelsThatCannotBe_AreNamed(string models, string expected) =>
        Assert.Contains(expected, Problem(models, ""), StringComparison.Ordinal);

    [Theory]
    [InlineData("corruptions: [fogg]", "'fogg' is no corruption. Did you mean 'fog'?")]
    [InlineData("corruptions: ['fog:6']", "fog has no severity 6")]
    [InlineData("corruptions: ['low_light:5']", "the published tables are indexed by the severity itself and end at 4")]
    [InlineData("corruptions: ['clean:2']", "clean has no severities")]
    [InlineData("prompts: { layout: training, system: drivebench }", "the training layout has no system turn")]
    [InlineData("judge: { model: 'openai:j', corruptions: [fog] }", "fog-5: judged, but not asked")]
    [InlineData("judge: { model: 'openai:j', max_cost: 1 }", "a limit of cost needs prices")]
    [InlineData("prompts: { max_new_tokens: 0 }", "a whole number at least 1")]
    public void Read_KeysThatDisagree_AreNamed(string keys, string expected) =>
        Assert.Contains(expected, Problem("models/student", keys), StringComparison.Ordinal);

    [Fact]
    public void CorruptionChoices_NamesWithoutSeverity_HaveThePublishedOneOrThree()
    {
        EvaluateRecipe recipe = Read("models/student", "corruptions: [clean, fog, Dark, h265, 'rain:2', noimage, fog]");

        Assert.Equal(["clean", "fog-5", "low_light-4", "h265-3", "rain-2", "noimage"], recipe.CorruptionChoices().Select(choice => choice.Name));
        Assert.Equal("Fog, severity 5", recipe.CorruptionChoices()[1].Title);
        Assert.Equal([false, true, true, true, true, false], recipe.CorruptionChoices().Select(choice => choice.IsFault));
    }

    [Fact]
    public void CorruptionChoices_All_AreTheFifteenOnce()
    {
        IReadOnlyList<CorruptionChoice> choices = Read("models/student", "corruptions: [all, fog]").CorruptionChoices();

        Assert.Equal(15, choices.Count);
        Assert.All(choices, choice => Assert.Equal(choice.Info.PublishedSeverity ?? CorruptionChoice.DefaultSeverity, choice.Severity));
        Assert.All(
            Read("models/student", "corruptions: ['all:5']").CorruptionChoices(),
            choice => Assert.Equal(Math.Min(5, CorruptionCatalog.Of(choice.Info.Kind).HighestSeverity), choice.Severity));
    }

    [Fact]
    public void Endpoint_OfPrompts_HasTheirTokensAndTemperature()
    {
        EvaluateRecipe recipe = Read("openai:m", "endpoint: { base_url: 'http://localhost:1/v1', concurrency: 7 }\nprompts: { max_new_tokens: 33, temperature: null }");
        EndpointSettings endpoint = recipe.Endpoint.ToEndpoint(recipe.Prompts);

        Assert.Equal((33, (double?)null, 7, "http://localhost:1/v1"), (endpoint.MaxTokens, endpoint.Temperature, endpoint.Concurrency, endpoint.BaseUrl));
    }

    private EvaluateRecipe Read(string models, string keys = "") => Resolve(models, keys).Recipe;

    private string Problem(string models, string keys) => Assert.Throws<InputException>(() => Resolve(models, keys)).Message;

    private ResolvedRecipe<EvaluateRecipe> Resolve(string models, string keys)
    {
        File.WriteAllText(_folder["recipe.yaml"], $"output: {_folder["run"]}\nmodels: {models}\ndata:\n  records: records.json\n  images: pictures\n{keys}\n");
        return RecipeReader.Read<EvaluateRecipe>(_folder["recipe.yaml"], []);
    }
}
