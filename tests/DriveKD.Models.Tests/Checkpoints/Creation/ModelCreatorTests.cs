using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Checkpoints.Inspection;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Checkpoints.Creation;

public class ModelCreatorTests
{
    [Theory]
    [InlineData("tiny", InternVLFamily.OpenGVLabLayout, null)]
    [InlineData("tiny", InternVLFamily.TransformersLayout, TensorDType.BF16)]
    [InlineData("small", InternVLFamily.OpenGVLabLayout, TensorDType.F16)]
    [InlineData("small", InternVLFamily.TransformersLayout, null)]
    public void Create_SmallPresets_InspectAndLoad(string name, string layout, TensorDType? dtype)
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();

        ModelConfig config = ModelCreator.Create(Options(temporary["m"], name) with { Layout = layout, DType = dtype });

        CheckpointReport report = CheckpointInspector.Inspect(temporary["m"]);
        Assert.Empty(report.Faults);
        Assert.Equal(name, report.Shape);
        Assert.Equal(layout == InternVLFamily.OpenGVLabLayout ? "internvl_chat" : "internvl", report.Config.ModelType);
        Assert.Equal(TensorDTypes.NameOf(dtype ?? TensorDType.F32), Assert.Single(report.DTypes).DType);
        Assert.Equal(config.Family.Expected(config).Sum(tensor => tensor.ElementCount), report.Parameters);
        Assert.Equal(config.Language.VocabularySize, report.Tokenizer!.Size + 9);
        foreach ((string parameter, Tensor tensor) in Goldens.Load(temporary["m"]))
        {
            Assert.True(tensor.isfinite().all().ToBoolean(), parameter);
            Assert.InRange(tensor.std().ToSingle(), 0.01f, 1.1f);
        }
    }

    [Fact]
    public void Create_SameSeed_GivesTheSameBytes()
    {
        using TemporaryFolder temporary = new();
        ModelCreator.Create(Options(temporary["a"], "tiny") with { Seed = 5 });
        ModelCreator.Create(Options(temporary["b"], "tiny") with { Seed = 5 });
        ModelCreator.Create(Options(temporary["c"], "tiny") with { Seed = 6 });

        string[] files = [.. Directory.GetFiles(temporary["a"]).Select(path => Path.GetFileName(path))];
        Assert.Equal(10, files.Length);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(temporary["a", file]), File.ReadAllBytes(temporary["b", file])));
        Assert.NotEqual(File.ReadAllBytes(temporary["a", "model.safetensors"]), File.ReadAllBytes(temporary["c", "model.safetensors"]));
    }

    [Fact]
    public void Create_OtherLayoutOrShards_GivesTheSameModel()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder temporary = new();
        ModelCreator.Create(Options(temporary["a"], "tiny"));
        ModelCreator.Create(Options(temporary["b"], "tiny") with { Layout = InternVLFamily.TransformersLayout, MaxShardBytes = 300_000 });

        Goldens.AssertEqual(Goldens.Load(temporary["a"]), Goldens.Load(temporary["b"]));
        using Checkpoint sharded = Checkpoint.Open(temporary["b"]);
        Assert.True(sharded.IsSharded);
        Assert.InRange(sharded.Files.Count, 4, 8);
        Assert.Equal(sharded.Entries.Sum(entry => entry.ByteLength), sharded.IndexTotalSize);
    }

    [Fact]
    public void Create_WithoutTokenizer_MakesOneThatReadsAndWritesEverything()
    {
        using TemporaryFolder temporary = new();
        ModelCreator.Create(Options(temporary["m"], "tiny"));

        BpeTokenizer tokenizer = BpeTokenizer.Load(temporary["m"]);
        PromptTokens tokens = PromptTokens.Resolve(tokenizer);
        const string Text = "What should the ego vehicle do? 漢字 \U0001F697 don't\n\n  42 <|im_end|>";

        Assert.Equal(Text, tokenizer.Decode(tokenizer.Encode(Text)));
        Assert.Equal([tokens.ImageStartId, tokens.ImageSlotId, tokens.ImageEndId], tokenizer.Encode("<img><IMG_CONTEXT></img>"));
        Assert.Equal(5, tokenizer.Encode(" the ego vehicle should stop").Length);
        Assert.Equal(31, tokenizer.AddedTokens.Count);
    }

    [Fact]
    public void Create_RealTokenizer_AppendsWhatInternVLAdds()
    {
        using TemporaryFolder temporary = new();
        string real = TestPaths.RequireShared("data", "tokenizers", "qwen2.5");

        ModelConfig config = ModelCreator.Create(Options(temporary["m"], "tiny") with { TokenizerFolder = real, Layout = InternVLFamily.TransformersLayout });

        BpeTokenizer tokenizer = BpeTokenizer.Load(temporary["m"]);
        PromptTokens tokens = PromptTokens.Resolve(tokenizer);
        Assert.Equal((151665, 151666, 151667), (tokens.ImageStartId, tokens.ImageEndId, tokens.ImageSlotId));
        Assert.Equal(151673, tokenizer.FindId("</box>"));
        Assert.Equal(151683, config.Language.VocabularySize);
        Assert.Equal(151667, ModelConfigReader.Read(temporary["m"]).ImageTokenId);
        Assert.Equal([368, 1294, 6257, 21122], tokenizer.Encode("()[]{}<>"));
        Assert.Equal(151387 + 1, File.ReadAllLines(temporary["m", "merges.txt"]).Length);
        Assert.Equal(151643, JsonNode.Parse(File.ReadAllText(temporary["m", "vocab.json"]))!.AsObject().Count);

        // A tokenizer that has them already stays as it is.
        ModelCreator.Create(Options(temporary["n"], "tiny") with { TokenizerFolder = temporary["m"], Layout = InternVLFamily.TransformersLayout });
        Assert.Equal(File.ReadAllText(temporary["m", "tokenizer.json"]), File.ReadAllText(temporary["n", "tokenizer.json"]));
    }

    [Fact]
    public void Create_TokenizerThatDoesNotFit_IsRefusedBeforeWriting()
    {
        using TemporaryFolder temporary = new();
        Directory.CreateDirectory(temporary["empty"]);
        Directory.CreateDirectory(temporary["broken"]);
        File.WriteAllText(temporary["broken", "tokenizer.json"], "{");

        Assert.Contains("does not exist", Refusal(temporary["none"]), StringComparison.Ordinal);
        Assert.Contains("does not exist", Refusal(temporary["empty"]), StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", Refusal(temporary["broken"]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(temporary["m"]));

        string Refusal(string folder) =>
            Assert.Throws<InputException>(() => ModelCreator.Create(Options(temporary["m"], "tiny") with { TokenizerFolder = folder })).Message;
    }

    [Fact]
    public void Create_FolderInUseOrDiskTooSmall_IsRefusedAtOnce()
    {
        using TemporaryFolder temporary = new();
        File.WriteAllText(temporary["mine"], "x");

        Assert.Contains("not empty", Assert.Throws<InputException>(() => ModelCreator.Create(Options(temporary.Path, "tiny"))).Message, StringComparison.Ordinal);
        ModelPreset vast = ModelFamilies.FindPreset("78B");
        vast = vast with { Config = vast.Config with { Language = vast.Config.Language with { Layers = 9000, IntermediateSize = 2_000_000 } } };
        Assert.Contains("free", Assert.Throws<InputException>(() => ModelCreator.Create(Options(temporary["m"], "tiny") with { Preset = vast })).Message, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.GetFileSystemEntries(temporary.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Create_CancelledInTheMiddle_LeavesNothing()
    {
        using TemporaryFolder temporary = new();
        using CancellationTokenSource cancellation = new();

        Assert.Throws<OperationCanceledException>(() => ModelCreator.Create(
            Options(temporary["m"], "small"), new CancelAtHalf(cancellation), cancellation.Token));

        Assert.Empty(Directory.GetFileSystemEntries(temporary.Path));
    }

    private static ModelCreatorOptions Options(string folder, string name) => new() { Preset = ModelFamilies.FindPreset(name), Folder = folder };

    private sealed class CancelAtHalf(CancellationTokenSource cancellation) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value)
        {
            if (value.BytesDone > value.BytesTotal / 2)
            {
                cancellation.Cancel();
            }
        }
    }
}
