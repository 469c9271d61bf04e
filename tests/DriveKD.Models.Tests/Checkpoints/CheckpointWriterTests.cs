using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Checkpoints;

public class CheckpointWriterTests
{
    public static TheoryData<string> Reference => [.. Goldens.Names];

    [Theory]
    [MemberData(nameof(Reference))]
    public void Write_LoadedInFloat32_GivesTheSameFolderByteForByte(string name)
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.Folder(name);

        CheckpointWriter.Write(source, temporary["out"], Goldens.Load(source));

        string[] files = [.. Directory.GetFiles(source).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(files, Directory.GetFiles(temporary["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([temporary["out"]], Directory.GetFileSystemEntries(temporary.Path));
        foreach (string file in files)
        {
            byte[] expected = File.ReadAllBytes(Path.Combine(source, file));
            byte[] actual = File.ReadAllBytes(temporary["out", file]);
            if (file.EndsWith(".index.json", StringComparison.Ordinal))
            {
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), file);
            }
            else
            {
                Assert.True(expected.AsSpan().SequenceEqual(actual), file);
            }
        }
    }

    [Fact]
    public void Write_OtherWeights_StoresThemInTheSourcesNamesAndDTypes()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.Folder("teacher-6b-hf");
        Dictionary<string, Tensor> weights = Goldens.Load(source).ToDictionary(pair => pair.Key, pair => pair.Value.mul(1.37));

        CheckpointWriter.Write(source, temporary["out"], weights);

        using Checkpoint before = Checkpoint.Open(source);
        using Checkpoint after = Checkpoint.Open(temporary["out"]);
        Assert.Equal(
            before.Entries.Select(entry => (entry.Name, entry.DType, entry.ShapeText, entry.Offset)),
            after.Entries.Select(entry => (entry.Name, entry.DType, entry.ShapeText, entry.Offset)));
        Assert.Equal(before.Files[0].Metadata, after.Files[0].Metadata);
        Goldens.AssertEqual(
            weights.ToDictionary(pair => pair.Key, pair => pair.Value.to(ScalarType.BFloat16).to(ScalarType.Float32)),
            Goldens.Load(temporary["out"]));
    }

    [Fact]
    public void Write_ShardLimit_CutsAndIndexes()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.Folder("student");
        Dictionary<string, Tensor> weights = Goldens.Load(source);

        CheckpointWriter.Write(source, temporary["cut"], weights, new CheckpointWriterOptions { MaxShardBytes = 400_000 });
        CheckpointWriter.Write(temporary["cut"], temporary["joined"], weights, new CheckpointWriterOptions { MaxShardBytes = 1L << 40 });

        using Checkpoint cut = Checkpoint.Open(temporary["cut"]);
        Assert.Equal(cut.Entries.Sum(entry => entry.ByteLength), cut.IndexTotalSize);
        Assert.Equal(["model-00001-of-00005.safetensors", "model-00005-of-00005.safetensors"], new[] { cut.Files[0], cut.Files[^1] }.Select(file => Path.GetFileName(file.Path)));
        Assert.All(cut.Files, file => Assert.InRange(file.Entries.Sum(entry => entry.ByteLength), 1, 400_000));
        Goldens.AssertEqual(weights, Goldens.Load(temporary["cut"]));
        Assert.Equal(File.ReadAllBytes(Path.Combine(source, "model.safetensors")), File.ReadAllBytes(temporary["joined", "model.safetensors"]));
        Assert.False(File.Exists(temporary["joined", "model.safetensors.index.json"]));
    }

    [Fact]
    public void Write_Companions_CopiesAllButWeights()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.CopyTo(Goldens.Folder("student"), temporary["source"]);
        foreach (string file in (string[])["modeling_internvl_chat.py", "LICENSE", "README.md", "pytorch_model.bin", "optimizer.pt", "old.safetensors", ".gitattributes"])
        {
            File.WriteAllText(Path.Combine(source, file), file);
        }

        Directory.CreateDirectory(Path.Combine(source, "additional_chat_templates"));
        File.WriteAllText(Path.Combine(source, "additional_chat_templates", "tool.jinja"), "t");
        Directory.CreateDirectory(Path.Combine(source, "checkpoint-5"));
        File.WriteAllText(Path.Combine(source, "checkpoint-5", "model.safetensors"), "w");
        File.WriteAllText(Path.Combine(source, "checkpoint-5", "config.json"), "c");

        CheckpointWriter.Write(source, temporary["out"], Goldens.Load(source));

        string[] written = [.. Directory.GetFiles(temporary["out"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(temporary["out"], path)).Order(StringComparer.Ordinal)];
        string[] expected =
        [
            .. Directory.GetFiles(Goldens.Folder("student")).Select(path => Path.GetFileName(path)),
            "modeling_internvl_chat.py", "LICENSE", "README.md", Path.Combine("additional_chat_templates", "tool.jinja"),
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), written);
    }

    [Fact]
    public void Write_ExtraTensors_StayAsTheyAre()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.CopyTo(Goldens.Folder("student"), temporary["source"]);
        List<KeyValuePair<string, Tensor>> tensors = [];
        using (Checkpoint checkpoint = Checkpoint.Open(source))
        {
            tensors.AddRange(checkpoint.Entries.Select(entry => new KeyValuePair<string, Tensor>(entry.Name, checkpoint.ReadTensor(entry.Name))));
        }

        tensors.Insert(5, new("vision_model.embeddings.position_ids", arange(65, dtype: ScalarType.Int64).unsqueeze(0)));
        SafetensorsWriter.Write(Path.Combine(source, "model.safetensors"), tensors);

        CheckpointWriter.Write(source, temporary["out"], Goldens.Load(source));

        Assert.Equal(File.ReadAllBytes(Path.Combine(source, "model.safetensors")), File.ReadAllBytes(temporary["out", "model.safetensors"]));
    }

    [Fact]
    public void Write_DestinationInUse_IsRefusedAndUntouched()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.CopyTo(Goldens.Folder("student"), temporary["source"]);
        Dictionary<string, Tensor> weights = Goldens.Load(source);
        Directory.CreateDirectory(temporary["full"]);
        File.WriteAllText(temporary["full", "mine"], "x");
        Directory.CreateDirectory(temporary["empty"]);
        File.WriteAllText(temporary["file"], "x");

        Assert.Contains("not empty", Refusal(temporary["full"]), StringComparison.Ordinal);
        Assert.Contains("is a file", Refusal(temporary["file"]), StringComparison.Ordinal);
        Assert.Contains("inside the model folder", Refusal(temporary["source", "final"]), StringComparison.Ordinal);
        Assert.Contains("could not be written", Refusal(temporary["file", "out"]), StringComparison.Ordinal);
        CheckpointWriter.Write(source, temporary["empty"], weights);
        CheckpointWriter.Write(source, temporary["deep", "er", "out"] + "/", weights);

        Assert.Equal(["mine"], Directory.GetFiles(temporary["full"]).Select(Path.GetFileName));
        Assert.Equal(
            ["deep", "empty", "file", "full", "source"],
            Directory.GetFileSystemEntries(temporary.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        string Refusal(string destination) =>
            Assert.Throws<InputException>(() => CheckpointWriter.Write(source, destination, weights)).Message;
    }

    [Fact]
    public void Write_FailingOrCancelledInTheMiddle_LeavesNothing()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.Folder("teacher");
        Dictionary<string, Tensor> weights = Goldens.Load(source);

        InputException full = Assert.Throws<InputException>(() => CheckpointWriter.Write(
            source, temporary["a", "b", "out"], weights, progress: new FailAfter(90, () => throw new IOException("No space left on device"))));
        Assert.Contains("No space left on device", full.Message, StringComparison.Ordinal);
        using CancellationTokenSource cancellation = new();
        Assert.Throws<OperationCanceledException>(() => CheckpointWriter.Write(
            source, temporary["out"], weights, null, new FailAfter(90, cancellation.Cancel), cancellation.Token));

        Assert.Empty(Directory.GetFileSystemEntries(temporary.Path));
    }

    [Fact]
    public void Write_PartOfTheWeights_LeavesTheOthersByteForByte()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.Folder("teacher-6b-hf");
        Dictionary<string, Tensor> all = Goldens.Load(source);
        Tensor changed = all["language_model.model.norm.weight"].mul(2);

        CheckpointWriter.Write(source, temporary["out"], new Dictionary<string, Tensor> { ["language_model.model.norm.weight"] = changed });

        all["language_model.model.norm.weight"] = changed;
        Goldens.AssertEqual(all, Goldens.Load(temporary["out"]));
    }

    [Fact]
    public void Write_WeightsUnknownOrMisshapen_IsTheCallersMistake()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        string source = Goldens.Folder("student");
        Dictionary<string, Tensor> weights = Goldens.Load(source);
        weights["mlp1.3.bias"] = zeros(1);
        Assert.Throws<ArgumentException>(() => CheckpointWriter.Write(source, temporary["out"], weights));
        weights.Remove("mlp1.3.bias");
        weights["mlp1.9.bias"] = zeros(1);
        Assert.Throws<ArgumentException>(() => CheckpointWriter.Write(source, temporary["out"], weights));
        Assert.Empty(Directory.GetFileSystemEntries(temporary.Path));
    }

    private sealed class FailAfter(int count, Action fail) : IProgress<LoadProgress>
    {
        private int _seen;

        public void Report(LoadProgress value)
        {
            if (++_seen == count)
            {
                fail();
            }
        }
    }
}
