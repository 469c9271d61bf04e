using System.Text.Json.Nodes;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Checkpoints.Inspection;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Checkpoints;

public sealed class CheckpointConversionTests
{
    [Theory]
    [InlineData(InternVLFamily.OpenGVLabLayout, "torch_dtype")]
    [InlineData(InternVLFamily.TransformersLayout, "torch_dtype")]
    public void Write_AsBfloat16_HasHalfTheBytesAndNamesIt(string layout, string key)
    {
        using TemporaryFolder folder = new();
        Create(folder["m"], layout);

        Convert(folder["m"], folder["b"], TensorDType.BF16);

        CheckpointReport report = CheckpointInspector.Inspect(folder["b"]);
        Assert.Empty(report.Faults);
        Assert.Equal("BF16", Assert.Single(report.DTypes).DType);
        long Bytes(string name) => new FileInfo(folder[name, "model.safetensors"]).Length;
        Assert.InRange((double)Bytes("b") / Bytes("m"), 0.5, 0.55);
        JsonObject config = JsonNode.Parse(File.ReadAllText(folder["b", "config.json"]))!.AsObject();
        Assert.Equal("bfloat16", (string?)config[key]);
        Assert.Equal("bfloat16", (string?)config["vision_config"]![key]);
        Assert.Equal(File.ReadAllBytes(folder["m", "tokenizer.json"]), File.ReadAllBytes(folder["b", "tokenizer.json"]));
    }

    [Fact]
    public void Write_AsBfloat16_RoundsEveryWeightToNearestAndAnswersAlike()
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        Create(folder["m"], InternVLFamily.OpenGVLabLayout);

        Convert(folder["m"], folder["b"], TensorDType.BF16);

        IReadOnlyDictionary<string, Tensor> original = Goldens.Load(folder["m"]);
        IReadOnlyDictionary<string, Tensor> converted = Goldens.Load(folder["b"]);
        Assert.Equal(original.Keys.Order(), converted.Keys.Order());
        Assert.All(original, entry => Assert.True(
            entry.Value.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32).Equals(converted[entry.Key].to_type(ScalarType.Float32)), entry.Key));
        Tensor first = Logits(folder["m"]);
        Tensor second = Logits(folder["b"]);

        // Weights keep 8 bits: relative errors of 2^-9 each, which add up over four layers.
        Assert.InRange((first - second).norm().ToSingle() / first.norm().ToSingle(), 1e-6, 0.02);
        Assert.True(nn.functional.cosine_similarity(first, second, -1).min().ToSingle() > 0.999);
    }

    [Fact]
    public void Write_AsFloat32AndBack_GivesTheSameBytes()
    {
        using TemporaryFolder folder = new();
        Create(folder["m"], InternVLFamily.OpenGVLabLayout, TensorDType.BF16);

        Convert(folder["m"], folder["f"], TensorDType.F32);
        Convert(folder["f"], folder["b"], TensorDType.BF16);

        Assert.Equal(File.ReadAllBytes(folder["m", "model.safetensors"]), File.ReadAllBytes(folder["b", "model.safetensors"]));
        Assert.Equal(File.ReadAllText(folder["m", "config.json"]), File.ReadAllText(folder["b", "config.json"]));
    }

    private static void Create(string folder, string layout, TensorDType dtype = TensorDType.F32) =>
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset("tiny"), Folder = folder, Layout = layout, DType = dtype, Seed = 2 });

    private static void Convert(string from, string to, TensorDType dtype) =>
        CheckpointWriter.Write(from, to, new Dictionary<string, Tensor>(), new CheckpointWriterOptions { DType = dtype });

    private static Tensor Logits(string folder)
    {
        using IDisposable noGrad = no_grad();
        using VisionLanguageModel model = ModelLoader.Load(folder, new Placement(CPU, ScalarType.Float32));
        Tensor ids_BT = arange(0, 20, dtype: ScalarType.Int64).unsqueeze(0);
        return model.Logits(model.Decode(model.Embed(ids_BT), SequencePositions.Consecutive(1, 20))!);
    }
}
