using System.Text.Json;
using DriveKD.Models.Checkpoints;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests;

/// <summary>The tables and cases recorded from the authors' trainer.</summary>
internal static class TrainerGoldens
{
    public static string Folder => TestPaths.RequireShared("golden", "trainer");

    public static JsonDocument Json(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name)));

    public static SafetensorsFile Tensors(string name) => SafetensorsFile.Open(Path.Combine(Folder, name));

    public static TorchSharp.torch.Tensor Read(this SafetensorsFile file, string name)
    {
        TensorEntry? entry = file.TryGet(name);
        Assert.True(entry is not null, $"{file.Path} holds no tensor {name}");
        return file.ReadTensor(entry);
    }
}
