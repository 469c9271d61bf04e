using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Families;

namespace DriveKD.Models.Qwen25VL;

/// <summary>
/// Reads config.json in both forms: the release's, with the decoder's keys at the root, and that of newer transformers, which have them in
/// text_config (some write both: then text_config is read).
/// </summary>
internal static class Qwen25VLConfigReader
{
    private const string Nested = "text_config";

    private static readonly LanguageDialect _flat =
        new() { ModelType = Qwen25VLFamily.Type, Architecture = "Qwen2_5_VLForConditionalGeneration", RopeTypes = ["mrope", "default"], HasSections = true };

    /// <summary>Reads a config. Every problem is noted.</summary>
    /// <param name="root">config.json.</param>
    /// <param name="folder">Its folder, for preprocessor_config.json; null for the released settings.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <returns>The config; null where parts of it are missing.</returns>
    public static Qwen25VLConfig? Read(ConfigSection root, string? folder, List<Problem> problems)
    {
        bool isNested = root.Has(Nested);
        ConfigSection? language = isNested ? root.Section(Nested) : root;
        ConfigSection? vision = root.Section("vision_config");
        if (vision is null || language is null)
        {
            return null;
        }

        bool isTied = root.Has("tie_word_embeddings") && root.Boolean("tie_word_embeddings");
        Qwen25VLConfig config = new()
        {
            Vision = ReadVision(vision),
            Language = LanguageConfigReader.Read(language, isTied, isNested ? _flat with { ModelType = "qwen2_5_vl_text" } : _flat),
            Images = folder is null ? Qwen25VLImageOptions.Default : PreprocessorReader.Read(folder, problems),
            IsNested = isNested,
            DType = root.DType() ?? language.DType(),
            ImageTokenId = root.Has("image_token_id") ? root.Integer("image_token_id", minimum: 0) : null,
        };
        if (problems.Count == 0)
        {
            CheckShape(root, config, isNested ? Nested : "", problems);
        }

        return config;
    }

    private static Qwen25VLVisionConfig ReadVision(ConfigSection vision)
    {
        vision.Expect("hidden_act", "silu");
        vision.Expect("in_chans", "3");
        vision.Expect("in_channels", "3");
        int patch = vision.Integer("patch_size", 14);
        vision.Expect("spatial_patch_size", patch.ToString(CultureInfo.InvariantCulture));
        return new Qwen25VLVisionConfig
        {
            HiddenSize = vision.Integer("hidden_size"),
            Layers = vision.Integer("depth"),
            Heads = vision.Integer("num_heads"),
            IntermediateSize = vision.Integer("intermediate_size"),
            PatchSize = patch,
            TemporalPatchSize = vision.Integer("temporal_patch_size", 2),
            MergeSize = vision.Integer("spatial_merge_size", 2),
            WindowSize = vision.Integer("window_size", 112),
            FullAttentionBlocks = vision.Integers("fullatt_block_indexes") ?? [],
            OutputSize = vision.Integer("out_hidden_size"),
        };
    }

    private static void CheckShape(ConfigSection root, Qwen25VLConfig config, string section, List<Problem> problems)
    {
        Qwen25VLVisionConfig vision = config.Vision;
        int before = problems.Count;
        SizeLimits.Check(
            root,
            [
                ("vision_config.hidden_size", vision.HiddenSize, SizeLimits.Channels),
                ("vision_config.intermediate_size", vision.IntermediateSize, SizeLimits.Channels),
                ("vision_config.out_hidden_size", vision.OutputSize, SizeLimits.Channels),
                ("vision_config.num_heads", vision.Heads, SizeLimits.Heads),
                ("vision_config.depth", vision.Layers, SizeLimits.Layers),
                ("vision_config.patch_size", vision.PatchSize, SizeLimits.Pixels),
                ("vision_config.temporal_patch_size", vision.TemporalPatchSize, SizeLimits.Pixels),
                ("vision_config.spatial_merge_size", vision.MergeSize, SizeLimits.Pixels),
                ("vision_config.window_size", vision.WindowSize, SizeLimits.Pixels),
                .. LanguageConfigReader.Sizes(section.Length == 0 ? "" : section + ".", config.Language),
            ]);
        if (problems.Count > before)
        {
            return;
        }

        if (vision.HiddenSize % vision.Heads != 0)
        {
            root.Report("vision_config", $"hidden_size {vision.HiddenSize} is not a multiple of num_heads {vision.Heads}");
        }
        else if (vision.HeadSize % 4 != 0)
        {
            root.Report("vision_config", $"the head width {vision.HeadSize} is no multiple of 4; half of its channel pairs turn by rows, half by columns");
        }

        if (vision.WindowSide < 1)
        {
            root.Report("vision_config", $"window_size {vision.WindowSize} holds no token of {vision.PatchSize * vision.MergeSize} pixels a side");
        }

        if (vision.OutputSize != config.Language.HiddenSize)
        {
            root.Report("vision_config", $"out_hidden_size {vision.OutputSize} differs from the decoder's hidden_size {config.Language.HiddenSize}");
        }

        if (vision.FullAttentionBlocks.FirstOrDefault(block => block >= vision.Layers, -1) is int beyond and >= 0)
        {
            root.Report("vision_config", $"fullatt_block_indexes names block {beyond} of {vision.Layers}, counted from 0");
        }

        if ((config.Images.PatchSize, config.Images.MergeSize, config.Images.TemporalPatchSize) != (vision.PatchSize, vision.MergeSize, vision.TemporalPatchSize))
        {
            root.Report(
                "vision_config",
                $"patch_size {vision.PatchSize}, spatial_merge_size {vision.MergeSize} and temporal_patch_size {vision.TemporalPatchSize} differ from "
                    + $"{PreprocessorReader.FileName}: {config.Images.PatchSize}, {config.Images.MergeSize} and {config.Images.TemporalPatchSize}");
        }

        LanguageConfigReader.CheckShape(root, section, config.Language);
    }
}
