using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Training;

public sealed class DistillSessionTests : IDisposable
{
    private readonly DistillationFixture _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Open_TeacherWithAnotherTokenizer_NamesBothFoldersAndTheRecipeLine()
    {
        foreach (string file in Directory.GetFiles(_world.Path("teacher"), "*.json"))
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace("<ref>", "<other>", StringComparison.Ordinal));
        }

        string message = Refused();
        Assert.Contains("another tokenizer", message, StringComparison.Ordinal);
        Assert.Contains("models.teachers", message, StringComparison.Ordinal);
        Assert.Contains(_world.Path("student"), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TeacherWithOtherPictureTokensAndTooFewLayers_TellsBothAtOnce()
    {
        EditJson("teacher", "config.json", root =>
        {
            root["force_image_size"] = 56;
            root["llm_config"]!["num_hidden_layers"] = 1;
        });
        string message = Refused();
        Assert.Contains("tokens of a picture", message, StringComparison.Ordinal);
        Assert.Contains("decoder layer", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "distillation.weights={supervision: 1, perception: 1, reasoning: 0, planning: 0}")]
    [InlineData(3, "distillation.weights={supervision: 1, perception: 0, reasoning: 0, planning: 1}")]
    [InlineData(2, "distillation.weights={supervision: 1, perception: 0, reasoning: 1, planning: 0}", "distillation.signals.reasoning.teacher_layers=[1, 2]")]
    [InlineData(3, "distillation.signals.reasoning.teacher_layers=[1, 2]", "distillation.signals.planning.teacher_layers=[3, 3]")]
    [InlineData(4, "distillation.signals.perception.kind=logits")]
    public void Open_Teachers_AreReadAsDeepAsTheirSignalsGo(int layers, params string[] overrides)
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeReader.Read<DistillRecipe>(_world.Recipe, overrides);
        IReadOnlyList<Sample> samples = RecordReader.Read(recipe.Recipe.Data.Records![0], new RecordReadOptions { ImageRoot = recipe.Recipe.Data.Images }).Samples;
        using DistillSession session = DistillSession.Open(recipe, samples, []);

        Assert.Equal(layers, Assert.Single(session.Teachers.Teachers).Model.Config.Language.Layers);
        string[] names = [.. session.Teachers.Teachers[0].Model.WeightsByName().Keys];
        Assert.Equal(layers, names.Count(name => name.EndsWith(".q_proj.weight", StringComparison.Ordinal)));
        Assert.Equal(4, session.Student.Config.Language.Layers);
    }

    [Fact]
    public void Open_SequencesOverTheLimit_NamesEverySampleBeforeWeightsAreRead()
    {
        EditJson("student", "config.json", root => root["llm_config"]!["max_position_embeddings"] = 20);
        File.WriteAllBytes(_world.Path("student", "model.safetensors"), []);
        InputException exception = Assert.Throws<InputException>(Open);
        Assert.Equal(6, exception.Problems.Count);
        Assert.All(exception.Problems, problem => Assert.Contains("20 positions", problem.What, StringComparison.Ordinal));
    }

    [Fact]
    public void Open_ReasoningRangeOutsideTheModel_NamesTheModel()
    {
        string message = Refused("distillation.signals.reasoning.student_layers=[1, 40]");
        Assert.Contains("[1, 40]", message, StringComparison.Ordinal);
        Assert.Contains("models.student", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NothingLikeThatToTrain_TellsOfSelectionAndAdaptersBeforeWeightsAreRead()
    {
        File.WriteAllBytes(_world.Path("student", "model.safetensors"), []);
        string message = Refused("train.trainable=[language, '*.self_atn.*']", "train.lora.rank=65", "train.lora.targets=[k_proj, up_proj]");
        Assert.Contains("train.trainable=[language, '*.self_atn.*']: '*.self_atn.*' matches no parameter", message, StringComparison.Ordinal);
        Assert.Contains("language_model.model.layers.*.self_attn.", message, StringComparison.Ordinal);
        Assert.Contains("train.lora.rank=65: 65 is more than k_proj allows: its matrix is [32, 64], of rank 32 at most", message, StringComparison.Ordinal);
        Assert.Contains("65 is more than up_proj allows", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_StudentAndTeacherFoldersBroken_TellsOfBoth()
    {
        File.Delete(_world.Path("student", "config.json"));
        File.WriteAllText(_world.Path("teacher", "config.json"), "{");
        string message = Refused();
        Assert.Contains("holds no config.json", message, StringComparison.Ordinal);
        Assert.Contains("not valid JSON", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WeightsTruncated_NamesTheFileAndLeavesNoModel()
    {
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (FileStream file = File.OpenWrite(_world.Path("teacher", "model.safetensors")))
        {
            file.SetLength(file.Length / 2);
        }

        Assert.Contains("model.safetensors", Refused(), StringComparison.Ordinal);
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Open_DeviceThatIsNotThere_SaysWhatThereIs()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available() && TorchSharp.torch.cuda.device_count() > 90, "has the device");
        Assert.Contains("cuda:90", Refused("device=cuda:90"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train.warmup_steps=6", "2", "warm-up of 6 steps")]
    [InlineData("seed=1", "2000000000", "optimizer steps")]
    public void Open_EpochsThatMakeNoRun_NamesTheKey(string argument, string epochs, string expected) =>
        Assert.Contains(expected, Refused("train.steps=null", "train.epochs=" + epochs, argument), StringComparison.Ordinal);

    [Fact]
    public void Open_ReleasedSkippingThatLeavesNoStep_IsRefused()
    {
        string[] skipping = ["compat=released", "train.shuffle=false", "train.accumulation=3", "train.batch_size=1"];
        // Every window of three ends with a planning sample, which only the planning teacher would distil.
        string message = Refused([.. skipping, "distillation.weights.planning=0", "distillation.mixing.planning={perception: 0, reasoning: 0, planning: 1}"]);
        Assert.Contains("no step would be taken", message, StringComparison.Ordinal);
        Open([.. skipping, "distillation.weights.planning=0"]);
    }

    private string Refused(params string[] overrides) => Assert.Throws<InputException>(() => Open(overrides)).Message;

    private void Open() => Open([]);

    private void Open(string[] overrides)
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeReader.Read<DistillRecipe>(_world.Recipe, overrides);
        IReadOnlyList<Sample> samples = RecordReader.Read(recipe.Recipe.Data.Records![0], new RecordReadOptions { ImageRoot = recipe.Recipe.Data.Images }).Samples;
        DistillSession.Open(recipe, samples, []).Dispose();
    }

    private void EditJson(string model, string file, Action<JsonNode> edit)
    {
        string path = _world.Path(model, file);
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        edit(root);
        File.WriteAllText(path, root.ToJsonString());
    }
}
