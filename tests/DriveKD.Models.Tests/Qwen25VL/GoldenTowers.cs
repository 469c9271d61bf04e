using System.Text.Json.Nodes;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;
using DriveKD.Tests;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Qwen25VL;

/// <summary>The towers of the reference checkpoints.</summary>
internal static class GoldenTowers
{
    // Both namings of the tower: the hub's, and that of newer code.
    private static readonly string[] _prefixes = ["visual.", "model.visual."];

    public static string Folder(string checkpoint) => TestPaths.RequireShared("golden", "qwen25vl", checkpoint);

    /// <summary>The tower's shape.</summary>
    public static Qwen25VLVisionConfig Config(string checkpoint)
    {
        JsonNode vision = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(checkpoint), "config.json")))!["vision_config"]!;
        return new Qwen25VLVisionConfig
        {
            HiddenSize = (int)vision["hidden_size"]!,
            Layers = (int)vision["depth"]!,
            Heads = (int)vision["num_heads"]!,
            IntermediateSize = (int)vision["intermediate_size"]!,
            PatchSize = (int)vision["patch_size"]!,
            TemporalPatchSize = (int)vision["temporal_patch_size"]!,
            MergeSize = (int)vision["spatial_merge_size"]!,
            WindowSize = (int)vision["window_size"]!,
            FullAttentionBlocks = [.. vision["fullatt_block_indexes"]!.AsArray().Select(block => (int)block!)],
            OutputSize = (int)vision["out_hidden_size"]!,
        };
    }

    /// <summary>A tower in float32 with a checkpoint's weights; every stored tensor has its parameter and the other way round.</summary>
    public static Qwen25VLTower Load(string checkpoint)
    {
        using Checkpoint weights = Checkpoint.Open(Folder(checkpoint));
        Dictionary<string, TensorEntry> stored = weights.Entries
            .Select(entry => (Prefix: _prefixes.FirstOrDefault(prefix => entry.Name.StartsWith(prefix, StringComparison.Ordinal)), Entry: entry))
            .Where(found => found.Prefix is not null)
            .ToDictionary(found => found.Entry.Name[found.Prefix!.Length..], found => found.Entry);
        Qwen25VLTower tower = new(Config(checkpoint), new Placement(CPU, ScalarType.Float32));
        Assert.Equal(stored.Keys.Order(StringComparer.Ordinal), tower.named_parameters().Select(pair => pair.name).Order(StringComparer.Ordinal));
        foreach ((string name, Parameter parameter) in tower.named_parameters())
        {
            weights.FileOf(stored[name]).CopyTo(stored[name], parameter);
        }

        return tower;
    }
}
