using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Checkpoints;

public class CheckpointTests
{
    private const string A = """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";
    private const string B = """{"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";
    private const string Index = "model.safetensors.index.json";

    [Fact]
    public void Open_Shards_FindsEveryTensorInItsFile()
    {
        using TemporaryFolder folder = Sharded("""{"metadata":{"total_size":4},"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}""");

        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);

        Assert.True(checkpoint.IsSharded);
        Assert.Equal(4, checkpoint.IndexTotalSize);
        Assert.Equal(["a", "b"], checkpoint.Entries.Select(entry => entry.Name));
        Assert.Equal(folder["2.safetensors"], checkpoint.TryGet("b")!.File);
        Assert.Empty(checkpoint.UnusedFiles);
        Assert.Contains("the nearest name is a", Assert.Throws<InputException>(() => checkpoint.ReadTensor("A")).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> FaultyIndexes => new()
    {
        { "{", "not valid JSON" },
        { "[]", "no object weight_map" },
        { "{}", "no object weight_map" },
        { """{"weight_map":[]}""", "no object weight_map" },
        { """{"weight_map":{}}""", "names no tensors" },
        { """{"weight_map":{"a":1}}""", "weight_map, a: is not the name of a file" },
        { """{"weight_map":{"a":"../1.safetensors"}}""", "not a plain file name" },
        { """{"weight_map":{"a":"/etc/passwd"}}""", "not a plain file name" },
        { """{"weight_map":{"a":"..\\1.safetensors"}}""", "not a plain file name" },
        { """{"weight_map":{"a":".."}}""", "not a plain file name" },
        { """{"weight_map":{"a":""}}""", "not a plain file name" },
        { """{"weight_map":{"a":"x\u001b.safetensors"}}""", "names 'x\\u001B.safetensors', which is not a plain file name" },
        { """{"weight_map":{"a":"\ud800"}}""", "not valid" },
        { """{"weight_map":{"a":"1.safetensors","a":"1.safetensors"}}""", "a: stands there more than once" },
        { """{"weight_map":{"a":"1.safetensors","b":"3.safetensors"}}""", "3.safetensors: does not exist" },
        { """{"weight_map":{"a":"1.safetensors","b":"2.safetensors","c":"2.safetensors"}}""", "weight_map, c: is said to be in 2.safetensors" },
        { """{"weight_map":{"a":"1.safetensors","c":"2.safetensors"}}""", "tensor b: is not named in model.safetensors.index.json" },
        { """{"weight_map":{"a":"1.safetensors","b":"2.safetensors","x":"copy.safetensors"}}""", "tensor a: stands in 1.safetensors too" },
    };

    [Theory]
    [MemberData(nameof(FaultyIndexes))]
    public void Open_FaultyIndex_SaysWhere(string index, string expected)
    {
        using TemporaryFolder folder = Sharded(index);
        File.Copy(folder["1.safetensors"], folder["copy.safetensors"]);

        InputException exception = Assert.Throws<InputException>(() => Checkpoint.Open(folder.Path));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SeveralFaultyShards_ReportsAll()
    {
        using TemporaryFolder folder = Sharded("""{"weight_map":{"a":"1.safetensors","b":"2.safetensors","c":"3.safetensors"}}""");
        RawSafetensors.Write(folder["1.safetensors"], "[]", 0);
        File.WriteAllText(folder["2.safetensors"], "version https://git-lfs.github.com/spec/v1\n");

        InputException exception = Assert.Throws<InputException>(() => Checkpoint.Open(folder.Path));

        Assert.Equal(
            [folder["1.safetensors"], folder["2.safetensors"], folder["3.safetensors"]],
            exception.Problems.Select(problem => problem.Where));
    }

    [Fact]
    public void Open_SingleFileBesideAnIndex_TakesTheSingleFile()
    {
        using TemporaryFolder folder = Sharded("""{"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}""");
        RawSafetensors.Write(folder["model.safetensors"], A, 2);

        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);

        Assert.False(checkpoint.IsSharded);
        Assert.Equal(["1.safetensors", "2.safetensors"], checkpoint.UnusedFiles);
    }

    [Fact]
    public void Open_OneFileOfAnotherName_IsTaken()
    {
        using TemporaryFolder folder = new();
        RawSafetensors.Write(folder["weights.safetensors"], A, 2);

        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);

        Assert.Equal("a", Assert.Single(checkpoint.Entries).Name);
    }

    [Theory]
    [InlineData(new string[0], "is empty")]
    [InlineData(new[] { "config.json" }, "holds no weights")]
    [InlineData(new[] { "pytorch_model.bin" }, "holds weights only as pytorch_model.bin")]
    [InlineData(new[] { "pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json" }, "only as pytorch_model-00001-of-00002.bin")]
    [InlineData(new[] { "model-00001-of-00002.safetensors" }, "but no model.safetensors.index.json")]
    [InlineData(new[] { "a.safetensors", "b.safetensors" }, "holds a.safetensors, b.safetensors but no")]
    public void Open_NoWeights_SaysWhatTheFolderHolds(string[] files, string expected)
    {
        using TemporaryFolder folder = new();
        foreach (string file in files)
        {
            File.WriteAllText(folder[file], "x");
        }

        InputException exception = Assert.Throws<InputException>(() => Checkpoint.Open(folder.Path));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoFolderOrNoTensors_IsRefused()
    {
        using TemporaryFolder folder = new();
        RawSafetensors.Write(folder["model.safetensors"], "{}", 0);

        Assert.Contains("without a single tensor", Assert.Throws<InputException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("is not a folder", Assert.Throws<InputException>(() => Checkpoint.Open(folder["none"])).Message, StringComparison.Ordinal);
        Assert.Contains("is not a folder", Assert.Throws<InputException>(() => Checkpoint.Open(folder["model.safetensors"])).Message, StringComparison.Ordinal);
    }

    private static TemporaryFolder Sharded(string index)
    {
        TemporaryFolder folder = new();
        RawSafetensors.Write(folder["1.safetensors"], A, 2);
        RawSafetensors.Write(folder["2.safetensors"], B, 2);
        File.WriteAllText(folder[Index], index);
        return folder;
    }
}
