using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Checkpoints;

/// <summary>Changes the number format that a folder's config.json names, for the whole and for its parts; everything else in it stays.</summary>
internal static class ConfigDType
{
    /// <summary>How PyTorch calls a number format.</summary>
    public static string NameOf(TensorDType dtype) => dtype switch
    {
        TensorDType.F32 => "float32",
        TensorDType.F16 => "float16",
        TensorDType.BF16 => "bfloat16",
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "F32, F16 or BF16 is expected."),
    };

    /// <summary>Rewrites config.json.</summary>
    /// <param name="folder">A model folder.</param>
    /// <param name="dtype">F32, F16 or BF16.</param>
    /// <exception cref="InputException">The file cannot be read or written.</exception>
    public static void Write(string folder, TensorDType dtype)
    {
        string file = Path.Combine(folder, ModelConfigReader.FileName);
        JsonObject config = JsonFiles.ReadObject(file);
        Set(config, NameOf(dtype));
        AtomicFile.WriteText(file, JsonFiles.Text(config));
    }

    private static void Set(JsonObject section, string name)
    {
        // Newer files write dtype, older ones torch_dtype.
        foreach (string key in (string[])["torch_dtype", "dtype"])
        {
            if (section.ContainsKey(key))
            {
                section[key] = name;
            }
        }

        foreach (JsonObject inner in section.Select(member => member.Value).OfType<JsonObject>())
        {
            Set(inner, name);
        }
    }
}
