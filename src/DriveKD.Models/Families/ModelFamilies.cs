using DriveKD.Data.Errors;
using DriveKD.Models.InternVL;
using DriveKD.Models.Qwen25VL;

namespace DriveKD.Models.Families;

/// <summary>The one place where families of models are registered.</summary>
public static class ModelFamilies
{
    /// <summary>Models that are told apart by name because they are near to supported ones, and what is missing for them.</summary>
    private static readonly Dictionary<string, string> _missing = new(StringComparer.Ordinal)
    {
        ["qwen2_vl"] = "Qwen2-VL, which attends over whole pictures with another vision tower (LayerNorm, an MLP without gate, 1280 channels into the merger)",
        ["qwen3_vl"] = "Qwen3-VL, which has a decoder with normalised queries and keys, interleaved rotary sections and features of several tower layers (DeepStack)",
        ["qwen3_vl_moe"] = "Qwen3-VL with a mixture of experts, which the decoder here has not",
        ["qwen2_5_omni"] = "Qwen2.5-Omni, which also takes sound",
        ["mllama"] = "Llama 3.2 Vision, whose pictures are no tokens of the sequence: text-to-vision attention in the sense of this method does not exist there",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } = [InternVLFamily.Instance, Qwen25VLFamily.Instance];

    /// <summary>Every shape with a name.</summary>
    public static IReadOnlyList<ModelPreset> Presets { get; } = [.. All.SelectMany(family => family.Presets)];

    /// <summary>The family of a model_type.</summary>
    /// <param name="file">The config file, for messages.</param>
    /// <param name="modelType">What it says; null where it says nothing.</param>
    /// <exception cref="InputException">The type is missing or of a family that is not known.</exception>
    public static ModelFamily OfType(string file, string? modelType)
    {
        if (modelType is not null && All.FirstOrDefault(family => family.ModelTypes.Contains(modelType)) is ModelFamily found)
        {
            return found;
        }

        string[] types = [.. All.SelectMany(family => family.ModelTypes)];
        string expected = $"{string.Join(", ", types[..^1])} or {types[^1]}";
        throw new InputException(file, modelType is null
            ? $"model_type is missing; {expected} is expected."
            : _missing.TryGetValue(modelType, out string? what)
                ? $"model_type is {modelType}: {what}. It is not supported; {expected} is expected."
                : $"model_type is {modelType}: another family of models; {expected} is expected.");
    }

    /// <summary>The preset of a name, in any case and with or without the family: InternVL3-1B, internvl3-1b, 1B.</summary>
    /// <param name="name">What was asked for.</param>
    /// <exception cref="InputException">There is no such preset; the message lists them.</exception>
    public static ModelPreset FindPreset(string name) =>
        All.SelectMany(family => family.Presets.Where(preset => IsName(family, preset.Name, name))).FirstOrDefault()
        ?? throw new InputException($"shape '{name}'", $"is unknown; known shapes: {string.Join(", ", Presets.Select(preset => preset.Name))}.");

    private static bool IsName(ModelFamily family, string preset, string name) =>
        preset.Equals(name, StringComparison.OrdinalIgnoreCase) || preset.Equals(family.ReleasePrefix + name, StringComparison.OrdinalIgnoreCase);
}
