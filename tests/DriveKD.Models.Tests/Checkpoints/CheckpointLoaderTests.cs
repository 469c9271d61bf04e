using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Checkpoints;

public class CheckpointLoaderTests
{
    public static TheoryData<string, int, int, string> Reference => new()
    {
        { "student", 1, 103, "OpenGVLab tensor names" },
        { "student-448", 1, 77, "OpenGVLab tensor names" },
        { "student-hf", 1, 115, "transformers tensor names, as on the hub" },
        { "teacher", 3, 141, "OpenGVLab tensor names" },
        { "teacher-6b", 1, 125, "OpenGVLab tensor names" },
        { "teacher-6b-hf", 1, 133, "transformers tensor names, newer form" },
    };

    [Theory]
    [MemberData(nameof(Reference))]
    public void Load_EveryReferenceCheckpoint_FillsEveryParameter(string name, int files, int tensors, string naming)
    {
        using IDisposable scope = NewDisposeScope();
        string folder = Goldens.Folder(name);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        CheckpointMap map = CheckpointMap.Create(checkpoint, ModelConfigReader.Read(folder));

        Assert.Equal(files, checkpoint.Files.Count);
        Assert.Equal(tensors, checkpoint.Entries.Count);
        Assert.Equal(naming, map.Naming);
        Assert.Empty(map.Problems);
        Assert.True(map.HasHead);
        foreach ((string parameter, Tensor tensor) in Goldens.Load(folder))
        {
            Assert.True(tensor.isfinite().all().ToBoolean(), parameter);
            Assert.True(tensor.count_nonzero().ToInt64() > 0, parameter);
        }
    }

    [Theory]
    [InlineData("student", "student-hf")]
    [InlineData("teacher-6b", "teacher-6b-hf")]
    public void Load_TransformersTwin_GivesTheSameValues(string openGVLab, string transformers)
    {
        using IDisposable scope = NewDisposeScope();
        Goldens.AssertEqual(Goldens.Load(Goldens.Folder(openGVLab)), Goldens.Load(Goldens.Folder(transformers)));
    }

    [Fact]
    public void Load_OtherDTypes_RoundsTheStoredValues()
    {
        using IDisposable scope = NewDisposeScope();
        string folder = Goldens.Folder("student");
        Dictionary<string, Tensor> wide = Goldens.Load(folder);
        foreach (ScalarType dtype in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float16, ScalarType.Float64])
        {
            Goldens.AssertEqual(wide.ToDictionary(pair => pair.Key, pair => pair.Value.to(dtype)), Goldens.Load(folder, dtype));
        }
    }

    [Fact]
    public void Load_PartOfTheModel_ReadsOnlyThatAndReportsProgress()
    {
        using IDisposable scope = NewDisposeScope();
        string folder = Goldens.Folder("student-hf");
        ModelConfig config = ModelConfigReader.Read(folder);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        const string Name = "vision_model.encoder.layers.1.attn.qkv.weight";
        Tensor fused = zeros(144, 48);
        List<LoadProgress> seen = [];

        CheckpointLoader.Load(checkpoint, config, new Dictionary<string, Tensor> { [Name] = fused }, new Recorder(seen));

        Assert.Equal([9216, 18432, 27648], seen.Select(progress => progress.BytesDone));
        Assert.All(seen, progress => Assert.Equal(27648, progress.BytesTotal));
        Tensor keys = checkpoint.ReadTensor("vision_tower.encoder.layer.1.attention.k_proj.weight");
        Assert.True(Goldens.IsSame(keys, fused.narrow(0, 48, 48)));
    }

    [Fact]
    public void Load_WrongDestination_IsTheCallersMistake()
    {
        using IDisposable scope = NewDisposeScope();
        string folder = Goldens.Folder("student");
        ModelConfig config = ModelConfigReader.Read(folder);
        using Checkpoint checkpoint = Checkpoint.Open(folder);

        Assert.Throws<ArgumentException>(() => CheckpointLoader.Load(checkpoint, config, new Dictionary<string, Tensor> { ["mlp1.9.weight"] = zeros(1) }));
        Assert.Throws<ArgumentException>(() => CheckpointLoader.Load(checkpoint, config, new Dictionary<string, Tensor> { ["mlp1.1.bias"] = zeros(1) }));
    }

    [Fact]
    public void Load_ManyFaults_ListsAllAtOnce()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string folder = WriteStudent(temporary, tensors =>
        {
            tensors.Remove("mlp1.1.bias");
            tensors["mlp1.0.bias"] = zeros(3);
            tensors["mlp1.1.weigth"] = zeros(3);
            tensors["language_model.model.layers.4.mlp.up_proj.weight"] = zeros(128, 64);
            tensors["lm_head.weight"] = zeros(1296, 64);
            tensors["vision_tower.encoder.layer.0.attention.q_proj.weight"] = zeros(48, 48);
            tensors["language_model.model.norm.weight"] = zeros(64, dtype: ScalarType.Int32);
            tensors["totally.unknown"] = zeros(1);
            tensors["language_model.model.layers.0.self_attn.rotary_emb.inv_freq"] = zeros(8);
            tensors.Remove("vision_model.encoder.layers.2.attn.qkv.bias");
            tensors["vision_model.encoder.layers.2.attn.q_proj.bias"] = zeros(48);
        });
        ModelConfig config = ModelConfigReader.Read(folder);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Dictionary<string, Tensor> destinations = new() { ["mlp1.3.bias"] = zeros(64) };

        InputException exception = Assert.Throws<InputException>(() => CheckpointLoader.Load(checkpoint, config, destinations));

        string[] expected =
        [
            "tensor mlp1.1.bias: is missing; the shape [64] is expected.",
            "tensor mlp1.0.bias: has the shape [3]; config.json makes it [192].",
            "tensor mlp1.1.weigth: is no tensor of the model that config.json describes; the nearest name is mlp1.1.weight.",
            "tensor language_model.model.layers.4.mlp.up_proj.weight: is no tensor of the model",
            "holds the same weights as tensor",
            "holds the same weights as tensor",
            "tensor language_model.model.norm.weight: has the dtype I32",
            "tensor totally.unknown: is no tensor of the model that config.json describes.",
            "tensor vision_model.encoder.layers.2.attn.qkv.bias: is stored in parts, of which key and value is missing.",
        ];
        Assert.Equal(expected.Length, exception.Problems.Count);
        Assert.All(expected, text => Assert.Contains(text, exception.Message, StringComparison.Ordinal));
        Assert.Equal(0, destinations["mlp1.3.bias"].count_nonzero().ToInt64());
    }

    [Theory]
    [InlineData("module.", "")]
    [InlineData("_orig_mod.", "")]
    [InlineData("model.", "vision_model.")]
    [InlineData("model.", "")]
    public void Load_OtherPrefixes_AreAccepted(string prefix, string onlyBefore)
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string folder = WriteStudent(temporary, tensors =>
        {
            foreach (string name in tensors.Keys.Where(name => name.StartsWith(onlyBefore, StringComparison.Ordinal)).ToArray())
            {
                tensors.Remove(name, out Tensor? tensor);
                tensors[prefix + name] = tensor!;
            }
        });

        Goldens.AssertEqual(Goldens.Load(Goldens.Folder("student")), Goldens.Load(folder));
    }

    [Fact]
    public void Load_TiedByConfig_NeedsNoHeadAndFillsOne()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string folder = WriteStudent(temporary, tensors => tensors.Remove(InternVLFamily.Instance.Names.Head));
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        ModelConfig untied = ModelConfigReader.Read(folder);
        ModelConfig tied = untied with { Language = untied.Language with { TiesWordEmbeddings = true } };
        Dictionary<string, Tensor> destinations = new() { [InternVLFamily.Instance.Names.Head] = zeros(1296, 64) };

        Assert.True(CheckpointLoader.HasSeparateHead(checkpoint, untied));
        Assert.False(CheckpointLoader.HasSeparateHead(checkpoint, tied));
        Assert.Contains("tie_word_embeddings", Assert.Throws<InputException>(() => CheckpointLoader.Load(checkpoint, untied, destinations)).Message, StringComparison.Ordinal);
        CheckpointLoader.Load(checkpoint, tied, destinations);

        Tensor embedding = checkpoint.ReadTensor(InternVLFamily.Instance.Names.Embedding);
        Assert.True(Goldens.IsSame(embedding, destinations[InternVLFamily.Instance.Names.Head]));
        CheckpointLoader.Load(checkpoint, tied, new Dictionary<string, Tensor>());
    }

    [Fact]
    public void Load_Cancelled_Stops()
    {
        using IDisposable scope = NewDisposeScope();
        string folder = Goldens.Folder("student");
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        Dictionary<string, Tensor> destinations = new() { ["mlp1.3.bias"] = zeros(64) };

        Assert.Throws<OperationCanceledException>(() => CheckpointLoader.Load(
            checkpoint, ModelConfigReader.Read(folder), destinations, cancellation: new CancellationToken(canceled: true)));
    }

    private static string WriteStudent(TemporaryFolder temporary, Action<Dictionary<string, Tensor>> change)
    {
        string source = Goldens.Folder("student");
        string folder = temporary["changed"];
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), File.ReadAllBytes(Path.Combine(source, "config.json")));
        using Checkpoint checkpoint = Checkpoint.Open(source);
        Dictionary<string, Tensor> tensors = checkpoint.Entries.ToDictionary(entry => entry.Name, entry => checkpoint.ReadTensor(entry.Name));
        change(tensors);
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), [.. tensors]);
        return folder;
    }

    private sealed class Recorder(List<LoadProgress> seen) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => seen.Add(value);
    }
}
