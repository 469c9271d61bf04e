using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Families;

public sealed class ModelLoaderTests : IDisposable
{
    private static readonly Placement _placement = new(CPU, ScalarType.Float32);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_BothLayouts_GiveTheSameModel()
    {
        using DisposeScope scope = NewDisposeScope();
        using VisionLanguageModel first = ModelLoader.Load(Create("a", InternVLFamily.OpenGVLabLayout), _placement);
        using VisionLanguageModel second = ModelLoader.Load(Create("b", InternVLFamily.TransformersLayout), _placement);

        Assert.Equal(first.named_parameters().Select(pair => pair.name), second.named_parameters().Select(pair => pair.name));
        Assert.All(first.named_parameters().Zip(second.named_parameters()), pair => Close.Assert(pair.First.parameter, pair.Second.parameter, 0, pair.First.name));
        Assert.All(first.parameters(), parameter => Assert.False(parameter.requires_grad));
    }

    [Fact]
    public void Load_Bfloat16_RoundsTheWeights()
    {
        using DisposeScope scope = NewDisposeScope();
        string folder = Create("a");
        using VisionLanguageModel wide = ModelLoader.Load(folder, _placement);
        using VisionLanguageModel narrow = ModelLoader.Load(folder, _placement with { DType = ScalarType.BFloat16 });

        Assert.All(wide.parameters().Zip(narrow.parameters()), pair => Close.Assert(pair.First.to(ScalarType.BFloat16), pair.Second, 0));
    }

    [Fact]
    public void Load_FirstLayersOnly_GivesTheirMapsAndStatesToTheBit()
    {
        using DisposeScope scope = NewDisposeScope();
        string folder = Create("a");
        using VisionLanguageModel whole = ModelLoader.Load(folder, _placement);
        using VisionLanguageModel cut = ModelLoader.Load(folder, _placement, layers: 2);
        using VisionLanguageModel all = ModelLoader.Load(folder, _placement, layers: whole.Config.Language.Layers);
        Tensor embeddings_BTC = whole.Embed(tensor(new long[,] { { 5, 6, 7, 8 } }));
        using Probe expected = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 0, 1 }, HiddenStates = new HashSet<int> { 1, 2 } });
        using Probe found = new(expected.Request with { StopsWhenSatisfied = true });
        whole.Decode(embeddings_BTC, SequencePositions.Consecutive(1, 4), probe: expected);
        cut.Decode(embeddings_BTC, SequencePositions.Consecutive(1, 4), probe: found);

        Assert.All(expected.Attention, pair => Close.Assert(pair.Value, found.Attention[pair.Key], 0));
        Assert.All(expected.Hidden, pair => Close.Assert(pair.Value, found.Hidden[pair.Key], 0));
        Assert.Equal(2, cut.Config.Language.Layers);
        Assert.Equal(whole.WeightsByName().Keys, all.WeightsByName().Keys);
        Assert.DoesNotContain(cut.WeightsByName().Keys, name => name.Contains("layers.2.", StringComparison.Ordinal) && name.StartsWith("language_model", StringComparison.Ordinal));
        Assert.DoesNotContain(InternVLFamily.Instance.Names.Head, cut.WeightsByName().Keys);
    }

    [Fact]
    public void Load_HeadAbsentAndTied_UsesTheEmbedding()
    {
        string folder = Create("a");
        Rewrite(folder, tensors => tensors.Remove(InternVLFamily.Instance.Names.Head));
        InputException exception = Assert.Throws<InputException>(() => ModelLoader.Load(folder, _placement));
        Assert.Contains(InternVLFamily.Instance.Names.Head, exception.Message, StringComparison.Ordinal);

        ChangeConfig(folder, config => config["llm_config"]!["tie_word_embeddings"] = true);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using VisionLanguageModel model = ModelLoader.Load(folder, _placement);
        Tensor embedding = model.named_parameters().Single(pair => pair.name == InternVLFamily.Instance.Names.Embedding).parameter;
        Tensor hidden = ones(1, 32);

        Close.Assert(hidden.matmul(embedding.t()), model.Logits(hidden), 1e-5);
    }

    [Fact]
    public void Load_TiedByTheConfigButHeadPresent_UsesTheHead()
    {
        string folder = Create("a");
        ChangeConfig(folder, config => config["llm_config"]!["tie_word_embeddings"] = true);
        using VisionLanguageModel model = ModelLoader.Load(folder, _placement);

        Assert.Contains(model.named_parameters(), pair => pair.name == InternVLFamily.Instance.Names.Head);
    }

    [Fact]
    public void Load_ConfigThatClaimsMoreThanTheFilesHold_IsRefusedBeforeAllocating()
    {
        string folder = Create("a");
        ChangeConfig(folder, config =>
        {
            // Within what a config may say, and still 10^14 bytes.
            config["hidden_size"] = 1 << 16;
            config["llm_config"]!["hidden_size"] = 1 << 16;
            config["llm_config"]!["intermediate_size"] = 1 << 20;
            config["llm_config"]!["num_hidden_layers"] = 200;
            config["vision_config"]!["num_hidden_layers"] = 200;
        });
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assert.True(Assert.Throws<InputException>(() => ModelLoader.Load(folder, _placement)).Problems.Count > 100);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Load_Cancelled_LeavesNothingBehind()
    {
        string folder = Create("a");
        ModelLoader.Load(folder, _placement).Dispose();
        using CancellationTokenSource source = new();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assert.Throws<OperationCanceledException>(() => ModelLoader.Load(folder, _placement, new Canceller(source), cancellation: source.Token));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Load_Progress_ReachesTheWhole()
    {
        List<LoadProgress> seen = [];
        using VisionLanguageModel model = ModelLoader.Load(Create("a"), _placement, new Collector(seen));

        Assert.Equal(model.Config.Family.Expected(model.Config).Count, seen.Count);
        Assert.Equal(seen[^1].BytesTotal, seen[^1].BytesDone);
    }

    private string Create(string name, string layout = InternVLFamily.OpenGVLabLayout)
    {
        ModelPreset preset = new() { Name = name, Config = TestModels.Small with { Template = "internvl2_5" }, IsReleased = false };
        ModelCreator.Create(new ModelCreatorOptions { Preset = preset, Folder = _folder[name], Layout = layout, Seed = 9 });
        return _folder[name];
    }

    private static void ChangeConfig(string folder, Action<JsonObject> change)
    {
        string file = Path.Combine(folder, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(config);
        File.WriteAllText(file, config.ToJsonString());
    }

    private static void Rewrite(string folder, Action<Dictionary<string, Tensor>> change)
    {
        using DisposeScope scope = NewDisposeScope();
        string path = Path.Combine(folder, "model.safetensors");
        Dictionary<string, Tensor> tensors = [];
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            file.Entries.ToList().ForEach(entry => tensors.Add(entry.Name, file.ReadTensor(entry)));
        }

        change(tensors);
        SafetensorsWriter.Write(path, [.. tensors]);
    }

    private sealed class Collector(List<LoadProgress> seen) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => seen.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource source) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => source.Cancel();
    }
}
