using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Stores;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Families;

/// <summary>What the engine promises of InternVL it keeps for pictures of any size and three positions a token.</summary>
public sealed class QwenDistillationTests : IDisposable
{
    private readonly QwenFixture _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("train.trainable=all")]
    [InlineData("train.batch_size=2", "gradients.per=window")]
    [InlineData("train.lora.rank=2")]
    [InlineData("precision=bfloat16", "train.activation_checkpointing=true", "train.batch_size=2", "gradients.per=window")]
    [InlineData("distillation.signals.reasoning.kind=hidden-states", "distillation.signals.planning.kind=logits", "gradients.method=sum")]
    [InlineData("data.max_pixels=6272", "gradients.refresh=2", "gradients.per=window")]
    public void Run_TinyModels_TrainsWithFiniteLossesOfEveryTask(params string[] overrides)
    {
        using TrainingWorkshop workshop = new(_world.Read(overrides));
        TrainingOutcome outcome = workshop.Start(out RunFolder run);

        Assert.Equal(4, outcome.Steps);
        IReadOnlyList<MetricsRow> rows = MetricsReader.Read(run.MetricsFile).Rows;
        string[] losses = [.. rows[^1].Values.Keys.Where(key => key.StartsWith("loss.", StringComparison.Ordinal))];
        Assert.True(losses.Length >= 4, string.Join(", ", losses));
        Assert.All(rows, row => Assert.All(row.Values.Where(value => value.Key.StartsWith("loss.", StringComparison.Ordinal)), value => Assert.True(double.IsFinite(value.Value))));
        Assert.False(File.ReadAllBytes(_world.Path("student", "model.safetensors")).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(run.FinalFolder, "model.safetensors"))));
    }

    [Fact]
    public void Run_TowerTrained_MovesEveryPartOfTheModel()
    {
        using TrainingWorkshop workshop = new(_world.Read("train.trainable=all"));
        workshop.Start(out RunFolder run);
        using Checkpoint before = Checkpoint.Open(_world.Path("student"));
        using Checkpoint after = Checkpoint.Open(run.FinalFolder);

        Assert.Equal(before.Entries.Select(entry => entry.Name), after.Entries.Select(entry => entry.Name));
        string[] still = [.. before.Entries.Zip(after.Entries).Where(pair => AreSame(before, after, pair)).Select(pair => pair.First.Name)];
        Assert.Empty(still);

        static bool AreSame(Checkpoint before, Checkpoint after, (TensorEntry First, TensorEntry Second) pair)
        {
            using Tensor one = before.FileOf(pair.First).ReadTensor(pair.First);
            using Tensor other = after.FileOf(pair.Second).ReadTensor(pair.Second);
            return one.bytes.SequenceEqual(other.bytes);
        }
    }

    [Fact]
    public void Run_Done_WritesAFolderWithTheSourcesFiles()
    {
        using TrainingWorkshop workshop = new(_world.Read());
        workshop.Start(out RunFolder run);

        foreach (string file in (string[])["config.json", "preprocessor_config.json", "chat_template.json", "tokenizer.json"])
        {
            Assert.Equal(File.ReadAllText(_world.Path("student", file)), File.ReadAllText(Path.Combine(run.FinalFolder, file)));
        }

        Assert.IsType<Qwen25VLConfig>(ModelConfigReader.Read(run.FinalFolder));
    }

    /// <summary>Who asks the student later shows it what it was trained on.</summary>
    [Fact]
    public void Run_WithLimits_NamesThemInTheStudentsFolder()
    {
        string file = _world.Path("student", "preprocessor_config.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("{\n", "{\n  \"kept\": true,\n", StringComparison.Ordinal));
        using TrainingWorkshop workshop = new(_world.Read("data.max_pixels=6272", "train.steps=1"));
        workshop.Start(out RunFolder run);

        Qwen25VLConfig student = Assert.IsType<Qwen25VLConfig>(ModelConfigReader.Read(run.FinalFolder));
        Assert.Equal((3136, 6272), (student.Images.MinPixels, student.Images.MaxPixels));
        Assert.Equal(
            File.ReadAllText(file).Replace("50176", "6272", StringComparison.Ordinal), File.ReadAllText(Path.Combine(run.FinalFolder, "preprocessor_config.json")));
    }

    /// <summary>Targets and features that are kept come out the same again: no bit of the student depends on them.</summary>
    [Fact]
    public void Run_WithAndWithoutWhatIsKept_GivesTheSameBits()
    {
        byte[] kept = Train("kept");
        Assert.Equal(kept, Train("alone", "cache.features=0", "cache.targets=0"));
        Assert.Equal(kept, Train("stored", "cache.folder=" + _world.Path("store")));
        Assert.Equal(kept, Train("stored-again", "cache.folder=" + _world.Path("store")));
    }

    [Fact]
    public void Run_InterruptedAndResumed_GivesTheSameBits()
    {
        byte[] whole = Train("whole");
        string output = "output=" + _world.Path("stopped");
        using (CancellationTokenSource cancel = new())
        using (TrainingWorkshop workshop = new(_world.Read("checkpoint.every=1", output)))
        {
            Assert.True(workshop.Start(out _, new Callback(step => CancelAt(step, 2, cancel)), cancellation: cancel.Token).WasCancelled);
        }

        using TrainingWorkshop resumed = new(_world.Read("checkpoint.every=1", output));
        resumed.Resume(out RunFolder run);
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(run.FinalFolder, "model.safetensors")));
    }

    [Theory]
    [InlineData(Qwen25VLFamily.ReleasedLayout, 1L << 40)]
    [InlineData(Qwen25VLFamily.TransformersLayout, 60_000L)]
    public void Store_LoadedOrStreamed_WritesTheSameFiles(string layout, long shardBytes)
    {
        _world.CreateModel("other", 5, layout: layout, shardBytes: shardBytes);
        string[] keys = ["models.teachers.reasoning=" + _world.Path("other"), "distillation.signals.reasoning.kind=logits"];
        StoredTargets loaded = Store("loaded", [.. keys, "cache.stream=never"]);
        StoredTargets streamed = Store("streamed", [.. keys, "cache.stream=always"]);

        Assert.True(loaded.Made > 5);
        Assert.Equal((loaded.Made, 0), (streamed.Made, streamed.There));
        IReadOnlyDictionary<string, byte[]> expected = Files("loaded");
        IReadOnlyDictionary<string, byte[]> found = Files("streamed");
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, pair => Assert.True(pair.Value.AsSpan().SequenceEqual(found[pair.Key]), pair.Key));
    }

    /// <summary>The limit is part of what a teacher sees: targets of other sizes are other targets.</summary>
    [Fact]
    public void Store_OtherLimit_DoesNotTakeTargetsOfAnother()
    {
        StoredTargets first = Store("shared", []);
        StoredTargets other = Store("shared", ["data.max_pixels=6272"]);
        StoredTargets again = Store("shared", ["data.max_pixels=6272"]);

        // A sample without pictures is the same under any limit, but it is kept with the others.
        Assert.Equal((first.Made, 0), (other.Made, other.There));
        Assert.Equal((0, first.Made), (again.Made, again.There));
    }

    [Fact]
    public void Decode_BatchOfSequencesWithOtherPictures_GivesEachAsAlone()
    {
        Placement placement = new(CPU, ScalarType.Float32);
        using VisionLanguageModel model = ModelLoader.Load(_world.Path("student"), placement);
        SampleEncoder encoder = new(BpeTokenizer.Load(_world.Path("student")), [model.Config.Pictures]);
        EncodedSample[] samples = [.. _world.Samples().Select(encoder.Encode)];
        Assert.True(samples.Select(sample => sample.ImageMask.Count(isImage => isImage)).Distinct().Count() > 3);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor together_BTC = Hidden(model, samples);
        for (int row = 0; row < samples.Length; row++)
        {
            Tensor alone_1TC = Hidden(model, [samples[row]]);
            Tensor own_1TC = together_BTC.narrow(0, row, 1).narrow(1, 0, alone_1TC.shape[1]);
            Assert.True(own_1TC.sub(alone_1TC).abs().max().item<float>() < 2e-5, $"row {row}");
        }
    }

    [Fact]
    public void Decode_PicturesSwapped_ChangesWhatFollows()
    {
        Placement placement = new(CPU, ScalarType.Float32);
        using VisionLanguageModel model = ModelLoader.Load(_world.Path("student"), placement);
        SampleEncoder encoder = new(BpeTokenizer.Load(_world.Path("student")), [model.Config.Pictures]);
        Sample two = _world.Samples().First(sample => sample.Images.Count == 2);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor one_1TC = Hidden(model, [encoder.Encode(two)]);
        Tensor other_1TC = Hidden(model, [encoder.Encode(two with { Images = [two.Images[1], two.Images[0]] })]);
        Assert.Equal(one_1TC.shape, other_1TC.shape);
        Assert.True(one_1TC.sub(other_1TC).abs().narrow(1, one_1TC.shape[1] - 1, 1).max().item<float>() > 1e-3);
    }

    [Fact]
    public void Open_TeacherOfAnotherFamily_IsRefusedWithTheReason()
    {
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset("tiny"), Folder = _world.Path("internvl") });
        string message = Refused("models.teachers.planning=" + _world.Path("internvl"));
        Assert.Contains("models.teachers.planning", message, StringComparison.Ordinal);
        Assert.Contains("is a model of the family InternVL, the other of Qwen2.5-VL", message, StringComparison.Ordinal);
        Assert.DoesNotContain("tokenizer", message, StringComparison.Ordinal);
        // The recipe's limits, which its family has not, are not what is wrong with it.
        Assert.Equal(message, Refused("models.teachers.planning=" + _world.Path("internvl"), "data.max_pixels=12544"));

        message = Refused("models.student=" + _world.Path("internvl"));
        Assert.Contains("is a model of the family Qwen2.5-VL, the other of InternVL", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TeacherWithOtherLimits_IsRefusedAndTheRecipesLimitsMendIt()
    {
        string file = _world.Path("teacher", "preprocessor_config.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("50176", "12544", StringComparison.Ordinal));

        string message = Refused();
        Assert.Contains("max_pixels 12544", message, StringComparison.Ordinal);
        Assert.Contains("max_pixels 50176", message, StringComparison.Ordinal);
        Assert.Contains("data.max_pixels=N", message, StringComparison.Ordinal);

        using TrainingWorkshop workshop = new(_world.Read("data.max_pixels=12544", "train.steps=1"));
        Assert.Equal(1, workshop.Start(out _).Steps);
    }

    [Theory]
    [InlineData("data.max_pixels=100", "data.max_pixels", "is 100; at least 784 pixels")]
    [InlineData("data.min_pixels=60000", "data.min_pixels", "at least 60000 and at most 50176")]
    public void Open_LimitsThatCannotBe_AreRefusedOnce(string argument, string key, string expected)
    {
        string message = Refused(argument);
        Assert.Contains(key, message, StringComparison.Ordinal);
        Assert.Equal(2, message.Split(expected).Length);
    }

    [Fact]
    public void Open_LimitsForInternVL_AreRefused()
    {
        using DistillationFixture internVL = new();
        InputException exception = Assert.Throws<InputException>(() => new TrainingWorkshop(internVL, "data.max_pixels=50176"));
        Assert.Contains("data.max_pixels", exception.Message, StringComparison.Ordinal);
        Assert.Contains("squares of 112 x 112 pixels", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TokenizerOfAnotherFamily_IsRefused()
    {
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset("tiny"), Folder = _world.Path("internvl") });
        foreach (string file in (string[])["tokenizer.json", "tokenizer_config.json", "added_tokens.json", "vocab.json", "merges.txt"])
        {
            File.Copy(_world.Path("internvl", file), _world.Path("student", file), overwrite: true);
        }

        Assert.Contains("holds a Qwen2.5-VL model with a tokenizer that has InternVL's token <IMG_CONTEXT>", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void CountTokens_Pictures_AreCountedByTheirSizeAndTheLimit()
    {
        ModelConfig config = ModelConfigReader.Read(_world.Path("student"));
        SampleEncoder own = new(BpeTokenizer.Load(_world.Path("student")), [config.Pictures]);
        SampleEncoder small = new(
            BpeTokenizer.Load(_world.Path("student")), [config.WithPixelLimits(new Data.Imaging.PixelLimits(MaxPixels: 6272), ("a", "b")).Pictures]);
        Sample sample = _world.Samples()[0];

        // 112 x 84 are 4 x 3 tokens; within 6,272 pixels 3 x 2 remain.
        Assert.Equal((4, 3), (own.LayoutOf(sample.Images[0]).TokenColumns, own.LayoutOf(sample.Images[0]).TokenRows));
        Assert.Equal(6, own.CountTokens(sample).Tokens - small.CountTokens(sample).Tokens);
        Assert.Equal(own.CountTokens(sample).Tokens, own.Encode(sample).TokenIds.Count);
    }

    private static Tensor Hidden(VisionLanguageModel model, EncodedSample[] samples)
    {
        using SampleBatch batch = new(samples, CPU);
        using PictureFeatures features = new(maxBytes: null);
        using Tensor? features_RC = features.Of(model, batch);
        using Tensor embeddings_BTC = batch.Embed(model, features_RC);
        return model.Decode(embeddings_BTC, batch.PositionsFor(model))!;
    }

    private static void CancelAt(TrainingProgress step, int at, CancellationTokenSource cancel)
    {
        if (step.Step == at)
        {
            cancel.Cancel();
        }
    }

    private string Refused(params string[] overrides) => Assert.Throws<InputException>(() => new TrainingWorkshop(_world.Read(overrides))).Message;

    private byte[] Train(string name, params string[] overrides)
    {
        using TrainingWorkshop workshop = new(_world.Read([.. overrides, "output=" + _world.Path(name)]));
        workshop.Start(out RunFolder run);
        return File.ReadAllBytes(Path.Combine(run.FinalFolder, "model.safetensors"));
    }

    private StoredTargets Store(string folder, string[] overrides)
    {
        ResolvedRecipe<DistillRecipe> recipe = _world.Read([.. overrides, "cache.folder=" + _world.Path(folder)]);
        using TargetSession session = TargetSession.Open(recipe, _world.Samples(), null, null, CancellationToken.None);
        return session.Store();
    }

    private IReadOnlyDictionary<string, byte[]> Files(string folder) =>
        Directory.GetFiles(_world.Path(folder), "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(_world.Path(folder), file), File.ReadAllBytes);

    private sealed class Callback(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
