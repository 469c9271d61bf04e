using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Models.InternVL;

/// <summary>Reads config.json of both InternVL layouts. Defaults are those of the reference implementations' config classes.</summary>
internal static class InternVLConfigReader
{
    private const int MostPatchesPerTokenSide = 16;

    /// <summary>Reads a config of either layout. Every problem is noted.</summary>
    /// <param name="root">config.json.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <returns>The config; null where parts of it are missing.</returns>
    public static InternVLConfig? Read(ConfigSection root, List<Problem> problems)
    {
        InternVLConfig? config = root.Text("model_type") == "internvl" ? ReadTransformers(root, problems) : ReadOpenGVLab(root, problems);
        if (config is not null && problems.Count == 0)
        {
            CheckShape(root, config, problems);
        }

        return config;
    }

    private static InternVLConfig? ReadOpenGVLab(ConfigSection root, List<Problem> problems)
    {
        ConfigSection? vision = root.Section("vision_config");
        ConfigSection? language = root.Section("llm_config");
        root.ExpectZero("use_backbone_lora");
        root.ExpectZero("use_llm_lora");
        root.Expect("pad2square", "false");
        root.Expect("ps_version", "v1", "v2");
        if (vision is null || language is null)
        {
            return null;
        }

        VisionTowerConfig tower = ReadVision(vision, "qkv_bias", "qk_normalization", hasSixBDefaults: true);
        LanguageModelConfig decoder = LanguageConfigReader.Read(language, tieFallback: false, LanguageDialect.Qwen2);
        if (root.Has("hidden_size") && root.Integer("hidden_size") != decoder.HiddenSize)
        {
            root.Report("hidden_size", $"differs from llm_config.hidden_size, {decoder.HiddenSize}");
        }

        return new InternVLConfig
        {
            Layout = InternVLLayout.OpenGVLab,
            Vision = tower,
            Language = decoder,
            TileSize = root.Integer("force_image_size", tower.ImageSize),
            DownsampleRatio = root.PositiveNumber("downsample_ratio", 0.5),
            KeepsGridOrientation = (root.Text("ps_version") ?? "v1") == "v2",
            SelectLayer = root.Integer("select_layer", -1, int.MinValue),
            MinTiles = root.Integer("min_dynamic_patch", 1),
            MaxTiles = root.Integer("max_dynamic_patch", 6),
            UsesThumbnail = root.Boolean("use_thumbnail", false),
            Template = root.Text("template"),
            SystemMessage = root.Text("system_message"),
            DType = root.DType(),
        };
    }

    private static InternVLConfig? ReadTransformers(ConfigSection root, List<Problem> problems)
    {
        ConfigSection? vision = root.Section("vision_config");
        ConfigSection? language = root.Section("text_config");
        root.Expect("projector_hidden_act", "gelu");
        root.Expect("vision_feature_select_strategy", "default");
        if (vision is null || language is null)
        {
            return null;
        }

        vision.Expect("use_mask_token", "false");
        vision.Expect("use_absolute_position_embeddings", "true");
        vision.Expect("use_mean_pooling", "true");
        vision.ExpectZero("projection_dropout");
        vision.ExpectZero("hidden_dropout_prob");
        VisionTowerConfig tower = ReadVision(vision, "attention_bias", "use_qk_norm", hasSixBDefaults: false);
        InternVLConfig config = new()
        {
            Layout = InternVLLayout.Transformers,
            Vision = tower,
            Language = LanguageConfigReader.Read(language, root.Has("tie_word_embeddings") && root.Boolean("tie_word_embeddings"), LanguageDialect.Qwen2),
            TileSize = tower.ImageSize,
            DownsampleRatio = root.PositiveNumber("downsample_ratio", 0.5),
            KeepsGridOrientation = true,
            SelectLayer = root.Integer("vision_feature_layer", -1, int.MinValue),
            MinTiles = 1,
            MaxTiles = 12,
            UsesThumbnail = true,
            DType = root.DType() ?? language.DType(),
            ImageTokenId = root.Has("image_token_id") ? root.Integer("image_token_id", minimum: 0) : null,
        };

        if (problems.Count == 0 && root.Has("image_seq_length") && root.Integer("image_seq_length") != config.TokensPerTile)
        {
            root.Report("image_seq_length", $"differs from the {config.TokensPerTile} tokens that vision_config and downsample_ratio give");
        }

        return config;
    }

    private static VisionTowerConfig ReadVision(ConfigSection vision, string qkvBiasKey, string qkNormKey, bool hasSixBDefaults)
    {
        vision.Expect("hidden_act", "gelu");
        vision.Expect("num_channels", "3");
        vision.Expect("norm_type", "layer_norm", "rms_norm");
        vision.ExpectZero("attention_dropout");
        vision.ExpectZero("dropout");
        vision.Expect("use_moe", "false");
        string norm = vision.Text("norm_type") ?? (hasSixBDefaults ? "rms_norm" : "layer_norm");
        return new VisionTowerConfig
        {
            HiddenSize = vision.Integer("hidden_size", hasSixBDefaults ? 3200 : 1024),
            Layers = vision.Integer("num_hidden_layers", hasSixBDefaults ? 48 : 24),
            Heads = vision.Integer("num_attention_heads", hasSixBDefaults ? 25 : 16),
            IntermediateSize = vision.Integer("intermediate_size", hasSixBDefaults ? 12800 : 4096),
            ImageSize = vision.Integer("image_size", hasSixBDefaults ? 224 : 448),
            PatchSize = vision.Integer("patch_size", 14),
            HasQkvBias = vision.Boolean(qkvBiasKey, false),
            HasQkNorm = vision.Boolean(qkNormKey, hasSixBDefaults),
            Norm = norm == "rms_norm" ? NormKind.RmsNorm : NormKind.LayerNorm,
            NormEpsilon = vision.PositiveNumber("layer_norm_eps", 1e-6),
        };
    }

    private static void CheckShape(ConfigSection root, InternVLConfig config, List<Problem> problems)
    {
        VisionTowerConfig vision = config.Vision;
        LanguageModelConfig language = config.Language;
        string section = config.Layout == InternVLLayout.OpenGVLab ? "llm_config" : "text_config";
        int before = problems.Count;
        CheckSizes(root, config);
        if (problems.Count > before)
        {
            return;
        }

        if (vision.HiddenSize % vision.Heads != 0)
        {
            root.Report("vision_config", $"hidden_size {vision.HiddenSize} is not a multiple of num_attention_heads {vision.Heads}");
        }

        if (vision.ImageSize % vision.PatchSize != 0)
        {
            root.Report("vision_config", $"image_size {vision.ImageSize} is not a multiple of patch_size {vision.PatchSize}");
        }

        double shrink = 1 / config.DownsampleRatio;
        if (shrink != Math.Round(shrink) || shrink > MostPatchesPerTokenSide)
        {
            root.Report("downsample_ratio", string.Create(CultureInfo.InvariantCulture, $"is {config.DownsampleRatio}; one over a whole number of at most {MostPatchesPerTokenSide} is expected"));
        }
        else if (config.TileSize % (vision.PatchSize * config.PatchesPerTokenSide) != 0)
        {
            root.Report(
                config.Layout == InternVLLayout.OpenGVLab ? "force_image_size" : "vision_config.image_size",
                $"{config.TileSize} pixels are not a multiple of {vision.PatchSize * config.PatchesPerTokenSide}, patch_size / downsample_ratio");
        }

        LanguageConfigReader.CheckShape(root, section, language);
        if (config.SelectLayer < -(vision.Layers + 1) || config.SelectLayer > vision.Layers)
        {
            root.Report("select_layer", $"{config.SelectLayer} is outside the tower's {vision.Layers + 1} hidden states");
        }

        if (config.MinTiles > config.MaxTiles)
        {
            root.Report("min_dynamic_patch", $"{config.MinTiles} exceeds max_dynamic_patch {config.MaxTiles}");
        }
    }

    private static void CheckSizes(ConfigSection root, InternVLConfig config)
    {
        SizeLimits.Check(
            root,
            [
                ("vision_config.hidden_size", config.Vision.HiddenSize, SizeLimits.Channels),
                ("vision_config.intermediate_size", config.Vision.IntermediateSize, SizeLimits.Channels),
                ("vision_config.num_attention_heads", config.Vision.Heads, SizeLimits.Heads),
                ("vision_config.num_hidden_layers", config.Vision.Layers, SizeLimits.Layers),
                ("vision_config.image_size", config.Vision.ImageSize, SizeLimits.Pixels),
                ("vision_config.patch_size", config.Vision.PatchSize, SizeLimits.Pixels),
                ("force_image_size", config.TileSize, SizeLimits.Pixels),
                .. LanguageConfigReader.Sizes(config.Layout == InternVLLayout.OpenGVLab ? "llm_config." : "text_config.", config.Language),
            ]);
    }
}
