using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Checkpoints.Creation;

/// <summary>A new model folder with the tower of another.</summary>
public sealed class TowerWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(InternVLFamily.OpenGVLabLayout, InternVLFamily.OpenGVLabLayout)]
    [InlineData(InternVLFamily.TransformersLayout, InternVLFamily.OpenGVLabLayout)]
    [InlineData(InternVLFamily.OpenGVLabLayout, InternVLFamily.TransformersLayout)]
    public void Create_TowerFolder_HasItsTowerToTheBitAndAllElseOfItsOwn(string from, string to)
    {
        using IDisposable scope = NewDisposeScope();
        ModelCreator.Create(Options("source", "world-teacher") with { Seed = 5, Layout = from });
        ModelCreator.Create(Options("plain", "world-student") with { Seed = 6 });

        ModelCreator.Create(Options("new", "world-student") with { Seed = 6, Layout = to, TowerFolder = _folder["source"] });

        Dictionary<string, Tensor> source = Load("source");
        Dictionary<string, Tensor> plain = Load("plain");
        Dictionary<string, Tensor> made = Load("new");
        int towers = 0;
        Assert.All(made, entry =>
        {
            bool isTower = entry.Key.StartsWith("vision_model.", StringComparison.Ordinal);
            towers += isTower ? 1 : 0;
            Assert.True(entry.Value.equal((isTower ? source : plain)[entry.Key]).all().ToBoolean(), entry.Key);
        });
        Assert.True(towers > 30, $"{towers} tensors of the tower");
        Assert.False(made["vision_model.encoder.layers.0.attn.qkv.weight"].equal(plain["vision_model.encoder.layers.0.attn.qkv.weight"]).all().ToBoolean());
    }

    [Fact]
    public void Create_TowerFolderInBfloat16_KeepsItsBytes()
    {
        ModelCreator.Create(Options("source", "world-teacher") with { Seed = 5, DType = TensorDType.BF16 });

        ModelCreator.Create(Options("new", "world-teacher") with { Seed = 6, DType = TensorDType.BF16, TowerFolder = _folder["source"] });

        using Checkpoint source = Checkpoint.Open(_folder["source"]);
        using Checkpoint made = Checkpoint.Open(_folder["new"]);
        TensorEntry[] tower = [.. made.Entries.Where(entry => entry.Name.StartsWith("vision_model.", StringComparison.Ordinal))];
        Assert.True(tower.Length > 30);
        Assert.All(tower, entry => Assert.Equal(Bytes(source, entry.Name), Bytes(made, entry.Name)));
        Assert.NotEqual(Bytes(source, "mlp1.1.weight"), Bytes(made, "mlp1.1.weight"));
    }

    [Theory]
    [InlineData("tiny", "hidden size")]
    [InlineData("gone", "gone")]
    public void Create_TowerOfAnotherShapeOrNone_IsRefusedAndNothingWritten(string source, string expected)
    {
        if (source == "tiny")
        {
            ModelCreator.Create(Options("tiny", "tiny"));
        }

        InputException exception = Assert.Throws<InputException>(() => ModelCreator.Create(Options("new", "world-student") with { TowerFolder = _folder[source] }));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["new"]));
    }

    private static byte[] Bytes(Checkpoint checkpoint, string name)
    {
        TensorEntry entry = checkpoint.TryGet(name)!;
        byte[] bytes = new byte[entry.ByteLength];
        checkpoint.FileOf(entry).ReadBytes(entry, 0, bytes);
        return bytes;
    }

    private Dictionary<string, Tensor> Load(string name) => Goldens.Load(_folder[name]).ToDictionary(pair => pair.Key, pair => pair.Value);

    private ModelCreatorOptions Options(string folder, string preset) => new() { Preset = ModelFamilies.FindPreset(preset), Folder = _folder[folder] };
}
