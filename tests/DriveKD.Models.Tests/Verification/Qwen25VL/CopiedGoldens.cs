using System.Text.Json.Nodes;
using DriveKD.Data.Verification;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Verification.Qwen25VL;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Verification.Qwen25VL;

/// <summary>A copy of some of the reference folder's cases, with their checkpoints and pictures, under names of its own and open to change.</summary>
internal sealed class CopiedGoldens : IDisposable
{
    public const string Hub = "tiny-a-float32-hubnames";
    public const string Newer = "tiny-b-bfloat16-sharded-newnames";
    public const string Tied = "tiny-c-float32-tied-hubnames";

    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    public void Dispose() => _folder.Dispose();

    /// <summary>A folder of one case of the reference, <c>model/NAME</c>.</summary>
    public static CopiedGoldens Of(string checkpoint, string name)
    {
        CopiedGoldens goldens = new();
        goldens.AddCheckpoint(checkpoint, "model");
        goldens.AddCase(checkpoint, name, "model", name);
        goldens.AddPictures();
        return goldens;
    }

    public void AddCheckpoint(string reference, string checkpoint) => Copy(TestPaths.RequireShared("golden", "qwen25vl", reference), checkpoint);

    public void AddPictures() => Copy(TestPaths.RequireShared("golden", "qwen25vl", "images"), "images");

    public void AddCase(string reference, string referenceName, string checkpoint, string name)
    {
        foreach (string extension in (string[])[".json", ".safetensors"])
        {
            // The bytes, not the mode: the reference files are read-only.
            byte[] bytes = File.ReadAllBytes(TestPaths.RequireShared("golden", "qwen25vl", $"{reference}-{referenceName}{extension}"));
            File.WriteAllBytes(PathOf(checkpoint, name) + extension, bytes);
        }

        ChangeFacts(checkpoint, name, facts => facts["case"] = name);
    }

    public void AddTable(string file) =>
        File.WriteAllBytes(_folder[file], File.ReadAllBytes(TestPaths.RequireShared("golden", "qwen25vl", file)));

    public string PathOf(string checkpoint, string name) => _folder[$"{checkpoint}-{name}"];

    public string this[params string[] parts] => _folder[parts];

    public List<GoldenCheck> Run(Qwen25VLGoldenOptions? options = null) => [.. Qwen25VLGoldens.Run(Folder, options)];

    /// <summary>Rewrites the tensors of a case.</summary>
    public void Change(string checkpoint, string name, Action<Dictionary<string, Tensor>> change) =>
        ChangeFile(PathOf(checkpoint, name) + ".safetensors", change);

    /// <summary>Rewrites a file of tensors.</summary>
    public static void ChangeFile(string path, Action<Dictionary<string, Tensor>> change)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = [];
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            foreach (TensorEntry entry in file.Entries)
            {
                tensors.Add(entry.Name, file.ReadTensor(entry));
            }
        }

        change(tensors);
        SafetensorsWriter.Write(path, [.. tensors]);
    }

    /// <summary>Rewrites the facts of a case.</summary>
    public void ChangeFacts(string checkpoint, string name, Action<JsonObject> change) =>
        ChangeJson(PathOf(checkpoint, name) + ".json", change);

    /// <summary>Rewrites a JSON file.</summary>
    public static void ChangeJson(string path, Action<JsonObject> change)
    {
        JsonObject facts = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(facts);
        File.WriteAllText(path, facts.ToJsonString());
    }

    private void Copy(string source, string target)
    {
        Directory.CreateDirectory(_folder[target]);
        foreach (string file in Directory.GetFiles(source))
        {
            File.WriteAllBytes(_folder[target, Path.GetFileName(file)], File.ReadAllBytes(file));
        }
    }
}
