using System.Text.Json.Nodes;
using DriveKD.Data.Imaging;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Qwen25VL.Creation;

/// <summary>Writes preprocessor_config.json.</summary>
internal static class PreprocessorFile
{
    /// <summary>The content for options.</summary>
    public static JsonObject Create(Qwen25VLImageOptions images) => new()
    {
        ["image_mean"] = new JsonArray(0.48145466, 0.4578275, 0.40821073),
        ["image_processor_type"] = "Qwen2VLImageProcessor",
        ["image_std"] = new JsonArray(0.26862954, 0.26130258, 0.27577711),
        ["max_pixels"] = images.MaxPixels,
        ["merge_size"] = images.MergeSize,
        ["min_pixels"] = images.MinPixels,
        ["patch_size"] = images.PatchSize,
        ["processor_class"] = "Qwen2_5_VLProcessor",
        ["temporal_patch_size"] = images.TemporalPatchSize,
    };

    /// <summary>Changes the limits that a folder's file names; makes the file where there is none.</summary>
    /// <param name="folder">A model folder.</param>
    /// <param name="limits">The limits; those that are not given stay.</param>
    public static void WriteLimits(string folder, PixelLimits limits)
    {
        string file = Path.Combine(folder, PreprocessorReader.FileName);
        JsonObject content = File.Exists(file) ? JsonFiles.ReadObject(file) : Create(Qwen25VLImageOptions.Default);
        foreach ((string key, string newer, long? value) in ((string, string, long?)[])[("min_pixels", "shortest_edge", limits.MinPixels), ("max_pixels", "longest_edge", limits.MaxPixels)])
        {
            if (value is null)
            {
                continue;
            }

            content[key] = value;
            if (content["size"] is JsonObject size && size.ContainsKey(newer))
            {
                size[newer] = value;
            }
        }

        AtomicFile.WriteText(file, JsonFiles.Text(content));
    }
}
