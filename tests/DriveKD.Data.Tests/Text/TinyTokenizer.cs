using System.Text.Json.Nodes;
using DriveKD.Data.Text;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text;

/// <summary>The tokenizer of the tests: 256 bytes, 192 merges, 31 added tokens in InternVL's order.</summary>
internal static class TinyTokenizer
{
    public static string Folder => TestPaths.Asset("tokenizers", "tiny");

    public static BpeTokenizer Load() => BpeTokenizer.Load(Folder);

    /// <summary>Writes the tokenizer.json, changed, into a folder.</summary>
    public static void WriteChanged(TemporaryFolder folder, Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "tokenizer.json")))!.AsObject();
        change(json);
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());
    }

    /// <summary>Copies files of the tokenizer into a folder.</summary>
    public static void Copy(TemporaryFolder folder, params string[] files)
    {
        foreach (string file in files)
        {
            File.Copy(Path.Combine(Folder, file), folder[file]);
        }
    }
}
