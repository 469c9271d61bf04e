using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Streaming;
using DriveKD.Models.Tests.Support;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Streaming;

/// <summary>A model that streams gives each sequence the bits that it has alone in a model that is in memory.</summary>
public sealed class StreamedModelTests : IDisposable
{
    private static readonly Placement _placement = new(CPU, ScalarType.Float32);

    // Short, longer than what the attention forms whole, and of one length with another.
    private static readonly (int Length, int Pictures)[] _sequences = [(9, 1), (300, 2), (5, 0), (9, 1), (31, 2)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(InternVLFamily.OpenGVLabLayout, false, false, long.MaxValue)]
    [InlineData(InternVLFamily.OpenGVLabLayout, true, true, 20_000L)]
    [InlineData(InternVLFamily.TransformersLayout, false, true, long.MaxValue)]
    [InlineData(InternVLFamily.TransformersLayout, true, false, 20_000L)]
    public void Decode_ManySequences_GivesTheBitsOfEachAlone(string layout, bool isLarge, bool isTied, long shardBytes)
    {
        Create(layout, isLarge, isTied, shardBytes);
        foreach (long memoryBytes in (long[])[long.MaxValue, 5_000, 0])
        {
            Compare(_placement, memoryBytes);
        }
    }

    [Fact]
    public void Decode_Bfloat16_GivesTheBitsOfEachAlone()
    {
        Create();
        Compare(_placement with { DType = ScalarType.BFloat16 }, 5_000);
    }

    [Fact]
    public void ReadHead_TiedOrNot_IsTheModels()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (bool isTied in (bool[])[false, true])
        {
            Create(name: isTied ? "tied" : "untied", isTied: isTied);
            string folder = _folder[isTied ? "tied" : "untied"];
            using VisionLanguageModel whole = ModelLoader.Load(folder, _placement);
            using StreamedModel streamed = StreamedModel.Open(folder, _placement);
            Close.Assert(whole.HeadWeight, streamed.ReadHead(), 0);
        }
    }

    [Fact]
    public void VisitTower_BothLayouts_ShowsTheSameWeightsInTheOrderOfTheirNames()
    {
        using DisposeScope scope = NewDisposeScope();
        Create(InternVLFamily.OpenGVLabLayout, name: "a");
        Create(InternVLFamily.TransformersLayout, name: "b");
        using VisionLanguageModel whole = ModelLoader.Load(_folder["a"], _placement);
        foreach (string name in (string[])["a", "b"])
        {
            List<string> seen = [];
            Dictionary<string, Tensor> expected = whole.TowerParameters().ToDictionary(entry => entry.Name, entry => (Tensor)entry.Parameter);
            using StreamedModel streamed = StreamedModel.Open(_folder[name], _placement);
            streamed.VisitTower(
                (weight, values) =>
                {
                    seen.Add(weight);
                    Close.Assert(expected[weight], values, 0, weight);
                },
                CancellationToken.None);
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), seen);
        }
    }

    [Fact]
    public void Decode_LeavesNothingBehind()
    {
        Create();
        Compare(_placement, 5_000);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (StreamedModel model = StreamedModel.Open(_folder["model"], _placement))
        using (WaitingTensors waiting = new(5_000, _folder["scratch"]))
        {
            IReadOnlyList<StreamedSequence> sequences = Begin(model, waiting, Requests());
            model.Decode(sequences, null, CancellationToken.None);
            sequences[0].TakeProbe(CPU).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Decode_Cancelled_EndsAtOnceAndLeavesNoFile()
    {
        Create();
        using CancellationTokenSource source = new();
        using (StreamedModel model = StreamedModel.Open(_folder["model"], _placement))
        using (WaitingTensors waiting = new(0, _folder["scratch"]))
        {
            IReadOnlyList<StreamedSequence> sequences = Begin(model, waiting, Requests());
            Assert.Throws<OperationCanceledException>(() => model.Decode(sequences, (layer, _) => source.Cancel(), source.Token));
        }

        Assert.Empty(Directory.GetFiles(_folder["scratch"]));
    }

    [Fact]
    public void Open_ConfigAndFilesDiffer_IsRefusedBeforeAnythingIsRead()
    {
        Create();
        ChangeConfig("model", config => config["llm_config"]!["num_hidden_layers"] = 9);
        Assert.True(Assert.Throws<InputException>(() => StreamedModel.Open(_folder["model"], _placement)).Problems.Count > 10);
    }

    [Fact]
    public void Fill_NothingStoredForAParameter_Throws()
    {
        Create();
        using StreamedWeights weights = StreamedWeights.Open(_folder["model"], ModelConfigReader.Read(_folder["model"]), _placement);
        using RmsNorm norm = new(TestModels.Small.Language.HiddenSize, 1e-6, _placement);
        weights.Fill(norm, "language_model.model.norm.", CancellationToken.None);

        Assert.Contains(
            "no nothing.weight", Assert.Throws<InvalidOperationException>(() => weights.Fill(norm, "nothing.", CancellationToken.None)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => weights.Read("nothing.weight", CPU));
    }

    [Fact]
    public void Report_OfAWholeRun_AddsUpToTheWorkOfItsParts()
    {
        Create();
        using StreamedModel model = StreamedModel.Open(_folder["model"], _placement);
        using WaitingTensors waiting = new(long.MaxValue);
        double pictures = 0;
        double layers = 0;
        model.EncodePatches(2, _ => TestModels.Pieces(TestModels.Pixels(1))[0], (_, features) => features.Dispose(), waiting, work => pictures += work, CancellationToken.None);
        IReadOnlyList<StreamedSequence> sequences = Begin(model, waiting, Requests());
        model.Decode(sequences, (_, work) => layers += work, CancellationToken.None);

        Assert.Equal(2 * model.Sizes.PictureWork(4), pictures);
        Assert.Equal(sequences.Sum(sequence => sequence.Length * model.Sizes.Layer * sequence.Request.DepthOf(model.Config.Language.Layers)), layers);
        Assert.Equal(
            model.Config.Family.Expected(model.Config).Where(tensor => tensor.Name.StartsWith("language_model.model.layers.", StringComparison.Ordinal)).Sum(tensor => tensor.ElementCount),
            model.Sizes.Layer * model.Config.Language.Layers);
    }

    [Fact]
    public void Decode_WatchedSequence_IsShownLayerByLayer()
    {
        Create();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using VisionLanguageModel whole = ModelLoader.Load(_folder["model"], _placement);
        using StreamedModel streamed = StreamedModel.Open(_folder["model"], _placement);
        using WaitingTensors waiting = new(long.MaxValue);
        using PassRecorder recorder = new();
        using PassRecorder expected = new();
        ProbeRequest watched = new() { Watcher = recorder, AttentionLayers = new HashSet<int> { 0 }, StopsWhenSatisfied = true };
        IReadOnlyList<StreamedSequence> sequences = Begin(streamed, waiting, [watched, .. Requests().Skip(1)]);
        streamed.Decode(sequences, null, CancellationToken.None);
        int[] ids = Ids(0);
        using Probe probe = new(new ProbeRequest { Watcher = expected });
        Tensor features_RC = whole.Project(cat([.. Pictures(0).Select(picture => whole.EncodePatches([picture]))]));
        whole.Decode(whole.Embed(TestModels.Row(ids), TestModels.Mask(ids), features_RC), SequencePositions.Consecutive(1, ids.Length), probe: probe);
        foreach (StreamedSequence sequence in sequences)
        {
            sequence.TakeProbe(CPU).Dispose();
            sequence.TakeFinal(CPU)?.Dispose();
        }

        Assert.Equal(["h0", "a0", "h1", "a1", "h2", "a2", "h3"], recorder.Order);
        Assert.All(expected.Attention_BHTS, pair => AssertSame(pair.Value, recorder.Attention_BHTS[pair.Key]));
        Assert.All(expected.Hidden_BTC, pair => AssertSame(pair.Value, recorder.Hidden_BTC[pair.Key]));
    }

    private void Compare(Placement placement, long memoryBytes)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using VisionLanguageModel whole = ModelLoader.Load(_folder["model"], placement);
        using StreamedModel streamed = StreamedModel.Open(_folder["model"], placement);
        using WaitingTensors waiting = new(memoryBytes, _folder["scratch"]);
        ProbeRequest[] requests = Requests();
        IReadOnlyList<StreamedSequence> sequences = Begin(streamed, waiting, requests);
        streamed.Decode(sequences, null, CancellationToken.None);
        for (int i = 0; i < _sequences.Length; i++)
        {
            int[] ids = Ids(i);
            using Probe expected = new(requests[i]);
            Tensor? features_RC = _sequences[i].Pictures == 0 ? null : whole.Project(cat([.. Pictures(i).Select(picture => whole.EncodePatches([picture]))]));
            Tensor embeddings_1TC = whole.Embed(TestModels.Row(ids), TestModels.Mask(ids), features_RC);
            Tensor? final_1TC = whole.Decode(embeddings_1TC, SequencePositions.Consecutive(1, ids.Length), probe: expected);
            using Probe found = sequences[i].TakeProbe(CPU);

            Assert.Equal(expected.Attention.Keys.Order(), found.Attention.Keys.Order());
            Assert.Equal(expected.Hidden.Keys.Order(), found.Hidden.Keys.Order());
            Assert.All(expected.Attention, pair => AssertSame(pair.Value, found.Attention[pair.Key]));
            Assert.All(expected.Hidden, pair => AssertSame(pair.Value, found.Hidden[pair.Key]));
            if (requests[i].StopsWhenSatisfied)
            {
                Assert.Null(sequences[i].TakeFinal(CPU));
            }
            else
            {
                AssertSame(final_1TC!, sequences[i].TakeFinal(CPU)!);
            }
        }

        Assert.Equal(0, waiting.Count);
        Assert.Equal(memoryBytes < 5_001, waiting.ScratchBytes > 0);
        Assert.True(waiting.PeakMemoryBytes <= memoryBytes);
        Assert.Empty(Directory.Exists(_folder["scratch"]) && OperatingSystem.IsLinux() ? Directory.GetFiles(_folder["scratch"]) : []);
    }

    private static void AssertSame(Tensor expected, Tensor found)
    {
        Assert.Equal((expected.dtype, string.Join(',', expected.shape)), (found.dtype, string.Join(',', found.shape)));
        Assert.True(expected.contiguous().bytes.SequenceEqual(found.contiguous().bytes));
    }

    /// <summary>A map of the last layer alone, maps and states of all, logits, one early state, the first map.</summary>
    private static ProbeRequest[] Requests() =>
    [
        new ProbeRequest { AttentionLayers = new HashSet<int> { 2 }, StopsWhenSatisfied = true },
        new ProbeRequest { AttentionLayers = new HashSet<int> { 0, 1, 2 }, HiddenStates = new HashSet<int> { 0, 1, 3 }, StopsWhenSatisfied = true },
        new ProbeRequest(),
        new ProbeRequest { AttentionLayers = new HashSet<int> { 1 }, HiddenStates = new HashSet<int> { 2 } },
        new ProbeRequest { AttentionLayers = new HashSet<int> { 0 }, StopsWhenSatisfied = true },
    ];

    private static int[] Ids(int i) => TestModels.Ids(_sequences[i].Length, _sequences[i].Pictures, seed: i % 3);

    private static PicturePiece[] Pictures(int i) =>
        [.. Enumerable.Range(0, _sequences[i].Pictures).SelectMany(picture => TestModels.Pieces(TestModels.Pixels(1, seed: (10 * i) + picture)))];

    private static IReadOnlyList<StreamedSequence> Begin(StreamedModel model, WaitingTensors waiting, ProbeRequest[] requests)
    {
        using DisposeScope scope = NewDisposeScope();
        (int Sequence, int Picture)[] pictures = [.. _sequences.SelectMany((sequence, i) => Enumerable.Range(0, sequence.Pictures).Select(picture => (i, picture)))];
        WaitingTensor[] features = new WaitingTensor[pictures.Length];
        model.EncodePatches(
            pictures.Length,
            i => Pictures(pictures[i].Sequence)[pictures[i].Picture],
            (i, features_PD) => features[i] = waiting.Put(features_PD),
            waiting,
            null,
            CancellationToken.None);
        IReadOnlyList<StreamedSequence> sequences = model.Begin(
            _sequences.Length,
            i => new SequenceStart
            {
                TokenIds = Ids(i),
                Request = requests[i],
                ImageMask_1T = _sequences[i].Pictures == 0 ? null : TestModels.Mask(Ids(i)),
                Patches_RD = _sequences[i].Pictures == 0 ? null : cat([.. features.Where((_, at) => pictures[at].Sequence == i).Select(kept => waiting.Read(kept, CPU))]),
            },
            waiting,
            CancellationToken.None);
        Array.ForEach(features, waiting.Drop);
        return sequences;
    }

    private void Create(
        string layout = InternVLFamily.OpenGVLabLayout, bool isLarge = false, bool isTied = false, long shardBytes = long.MaxValue, string name = "model")
    {
        InternVLConfig config = isLarge ? TestModels.SixB : TestModels.Small;
        config = config with { Template = "internvl2_5", Language = config.Language with { Layers = 3, MaxPositions = 512 } };
        ModelPreset preset = new() { Name = name, Config = config, IsReleased = false };
        ModelCreator.Create(new ModelCreatorOptions { Preset = preset, Folder = _folder[isTied ? name + "-untied" : name], Layout = layout, Seed = 9, MaxShardBytes = shardBytes });
        if (isTied)
        {
            Tie(name, layout);
        }
    }

    /// <summary>The folder without a head, and a config that says so.</summary>
    private void Tie(string name, string layout)
    {
        string from = _folder[name + "-untied"];
        Directory.CreateDirectory(_folder[name]);
        foreach (string file in Directory.GetFiles(from))
        {
            string to = Path.Combine(_folder[name], Path.GetFileName(file));
            if (file.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                using DisposeScope scope = NewDisposeScope();
                using SafetensorsFile source = SafetensorsFile.Open(file);
                SafetensorsWriter.Write(
                    to, [.. source.Entries.Where(entry => !IsHead(entry.Name)).Select(entry => KeyValuePair.Create(entry.Name, source.ReadTensor(entry)))]);
            }
            else
            {
                File.Copy(file, to);
            }
        }

        string index = Path.Combine(_folder[name], "model.safetensors.index.json");
        if (File.Exists(index))
        {
            JsonObject root = JsonNode.Parse(File.ReadAllText(index))!.AsObject();
            JsonObject map = root["weight_map"]!.AsObject();
            map.Where(pair => IsHead(pair.Key)).Select(pair => pair.Key).ToList().ForEach(key => map.Remove(key));
            File.WriteAllText(index, root.ToJsonString());
        }

        ChangeConfig(name, config =>
        {
            config[layout == InternVLFamily.OpenGVLabLayout ? "llm_config" : "text_config"]!["tie_word_embeddings"] = true;
            config["tie_word_embeddings"] = true;
        });
    }

    private static bool IsHead(string name) => name.EndsWith("lm_head.weight", StringComparison.Ordinal);

    private void ChangeConfig(string name, Action<JsonObject> change)
    {
        string file = Path.Combine(_folder[name], "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(config);
        File.WriteAllText(file, config.ToJsonString());
    }
}
