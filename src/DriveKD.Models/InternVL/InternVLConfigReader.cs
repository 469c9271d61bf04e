using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Models.InternVL;

/// <summary>Reads config.json of both InternVL layouts. Defaults are those of the reference implementations' config classes.</summary>
public static class InternVLConfigReader
{
    /// <summary>The file's name in a checkpoint folder.</summary>
    public const string FileName = "config.json";

    private const int MostChannels = 1 << 20;
    private const int MostHeads = 1 << 14;
    private const int MostLayers = 10_000;
    private const int MostPixels = 1 << 14;
    private const int MostPatchesPerTokenSide = 16;
    private const int MostRows = 1 << 26;

    private static readonly JsonDocumentOptions _jsonOptions = new() { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads the config of a checkpoint folder.</summary>
    /// <param name="folder">A folder with config.json.</param>
    /// <exception cref="InputException">The folder or file is missing, the JSON is broken, the model is of another family, or values are not supported; all at once.</exception>
    public static InternVLConfig Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException(folder, "is not a folder; a checkpoint folder with config.json, tokenizer files and *.safetensors is expected.");
        }

        string file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            throw new InputException(folder, "holds no config.json; a checkpoint folder with config.json, tokenizer files and *.safetensors is expected.");
        }

        return Parse(file, ReadText(file));
    }

    /// <summary>Reads a config from its text.</summary>
    /// <param name="file">The name used in messages.</param>
    /// <param name="json">The content of a config.json.</param>
    /// <exception cref="InputException">As <see cref="Read"/>.</exception>
    public static InternVLConfig Parse(string file, string json)
    {
        using JsonDocument document = ParseJson(file, json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InputException(file, "does not hold a JSON object.");
        }

        List<Problem> problems = [];
        ConfigSection root = new(file, string.Empty, document.RootElement, problems);
        string? family = root.Text("model_type");
        InternVLConfig? config = family switch
        {
            "internvl_chat" => ReadOpenGVLab(root, problems),
            "internvl" => ReadTransformers(root, problems),
            _ => throw new InputException(file, family is null
                ? "model_type is missing; internvl_chat or internvl is expected."
                : $"model_type is {family}: another family of models; internvl_chat or internvl is expected."),
        };

        if (config is not null && problems.Count == 0)
        {
            CheckShape(root, config, problems);
        }

        return problems.Count == 0 && config is not null ? config : throw new InputException(problems);
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
        LanguageModelConfig decoder = ReadLanguage(language, tieFallback: false);
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
            DType = DTypeOf(root),
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
            Language = ReadLanguage(language, root.Has("tie_word_embeddings") && root.Boolean("tie_word_embeddings")),
            TileSize = tower.ImageSize,
            DownsampleRatio = root.PositiveNumber("downsample_ratio", 0.5),
            KeepsGridOrientation = true,
            SelectLayer = root.Integer("vision_feature_layer", -1, int.MinValue),
            MinTiles = 1,
            MaxTiles = 12,
            UsesThumbnail = true,
            DType = DTypeOf(root) ?? DTypeOf(language),
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

    private static LanguageModelConfig ReadLanguage(ConfigSection language, bool tieFallback)
    {
        language.Expect("model_type", "qwen2");
        language.ExpectEach("architectures", "Qwen2ForCausalLM");
        language.Expect("hidden_act", "silu");
        language.Expect("use_sliding_window", "false");
        language.ExpectEach("layer_types", "full_attention");
        language.ExpectZero("attention_dropout");
        int hidden = language.Integer("hidden_size");
        int heads = language.Integer("num_attention_heads");
        if (language.Has("hidden_size") && language.Has("num_attention_heads") && !language.Has("head_dim") && hidden % heads != 0)
        {
            language.Report("hidden_size", $"is {hidden}, no multiple of num_attention_heads {heads}, and head_dim is missing");
        }

        (RopeScalingKind kind, double factor, double theta) = ReadRope(language);
        return new LanguageModelConfig
        {
            HiddenSize = hidden,
            Layers = language.Integer("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = language.Integer("num_key_value_heads", heads),
            HeadSize = language.Integer("head_dim", Math.Max(1, hidden / heads)),
            IntermediateSize = language.Integer("intermediate_size"),
            VocabularySize = language.Integer("vocab_size"),
            NormEpsilon = language.PositiveNumber("rms_norm_eps", 1e-6),
            RopeTheta = theta,
            RopeScaling = kind,
            RopeFactor = factor,
            MaxPositions = language.Integer("max_position_embeddings", 32768),
            TiesWordEmbeddings = language.Boolean("tie_word_embeddings", tieFallback),
        };
    }

    /// <summary>Older files hold rope_theta and rope_scaling, newer ones both in rope_parameters.</summary>
    private static (RopeScalingKind Kind, double Factor, double Theta) ReadRope(ConfigSection language)
    {
        string? key = language.FirstPresent("rope_parameters", "rope_scaling");
        ConfigSection? scaling = key is null ? null : language.Section(key);
        double theta = language.Has("rope_theta") ? language.PositiveNumber("rope_theta")
            : scaling is not null && scaling.Has("rope_theta") ? scaling.PositiveNumber("rope_theta")
            : language.PositiveNumber("rope_theta", 10000);
        language.Expect("partial_rotary_factor", "1");
        if (scaling is null)
        {
            return (RopeScalingKind.None, 1, theta);
        }

        scaling.Expect("partial_rotary_factor", "1");

        string typeKey = scaling.FirstPresent("rope_type", "type") ?? "rope_type";
        string type = scaling.Text(typeKey) ?? "default";
        if (type is not ("default" or "linear" or "dynamic"))
        {
            scaling.Report(typeKey, $"is {type}, which changes the numbers and is not supported; supported: default, linear, dynamic");
        }

        RopeScalingKind kind = type switch
        {
            "linear" => RopeScalingKind.Linear,
            "dynamic" => RopeScalingKind.Dynamic,
            _ => RopeScalingKind.None,
        };
        if (kind == RopeScalingKind.Dynamic && scaling.Has("original_max_position_embeddings") && language.Has("max_position_embeddings"))
        {
            // Whether scaling starts at the one or the other differs between versions of the reference.
            scaling.Expect("original_max_position_embeddings", language.Integer("max_position_embeddings").ToString(CultureInfo.InvariantCulture));
        }

        return (kind, kind == RopeScalingKind.None ? 1 : scaling.PositiveNumber("factor"), theta);
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

        if (language.Heads % language.KeyValueHeads != 0)
        {
            root.Report(section, $"num_attention_heads {language.Heads} is not a multiple of num_key_value_heads {language.KeyValueHeads}");
        }

        if (language.HeadSize % 2 != 0)
        {
            root.Report(section, $"the head width {language.HeadSize} is odd; rotary embeddings need pairs");
        }
        else if (language.HeadSize == 2 && language.RopeScaling == RopeScalingKind.Dynamic)
        {
            root.Report(section, "the head width 2 leaves dynamic rope scaling nothing to scale: its exponent d / (d - 2) is infinite");
        }

        if (config.SelectLayer < -(vision.Layers + 1) || config.SelectLayer > vision.Layers)
        {
            root.Report("select_layer", $"{config.SelectLayer} is outside the tower's {vision.Layers + 1} hidden states");
        }

        if (config.MinTiles > config.MaxTiles)
        {
            root.Report("min_dynamic_patch", $"{config.MinTiles} exceeds max_dynamic_patch {config.MaxTiles}");
        }
    }

    /// <summary>Sizes far beyond any model are damage; within these limits no product of two overflows.</summary>
    private static void CheckSizes(ConfigSection root, InternVLConfig config)
    {
        string language = config.Layout == InternVLLayout.OpenGVLab ? "llm_config." : "text_config.";
        foreach ((string key, int value, int most) in (ReadOnlySpan<(string, int, int)>)
        [
            ("vision_config.hidden_size", config.Vision.HiddenSize, MostChannels),
            ("vision_config.intermediate_size", config.Vision.IntermediateSize, MostChannels),
            ("vision_config.num_attention_heads", config.Vision.Heads, MostHeads),
            ("vision_config.num_hidden_layers", config.Vision.Layers, MostLayers),
            ("vision_config.image_size", config.Vision.ImageSize, MostPixels),
            ("vision_config.patch_size", config.Vision.PatchSize, MostPixels),
            ("force_image_size", config.TileSize, MostPixels),
            (language + "hidden_size", config.Language.HiddenSize, MostChannels),
            (language + "intermediate_size", config.Language.IntermediateSize, MostChannels),
            (language + "num_attention_heads", config.Language.Heads, MostHeads),
            (language + "head_dim", config.Language.HeadSize, MostHeads),
            (language + "num_hidden_layers", config.Language.Layers, MostLayers),
            (language + "vocab_size", config.Language.VocabularySize, MostRows),
        ])
        {
            if (value > most)
            {
                root.Report(key, string.Create(CultureInfo.InvariantCulture, $"is {value}, far beyond any model; at most {most} is expected"));
            }
        }
    }

    private static string? DTypeOf(ConfigSection section) =>
        section.FirstPresent("torch_dtype", "dtype") is string key ? section.Text(key) : null;

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    private static JsonDocument ParseJson(string file, string json)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(json, _jsonOptions);
            JsonTexts.Check(document.RootElement);
            return document;
        }
        catch (JsonException exception)
        {
            throw new InputException(
                $"{file}, line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}", $"is not valid JSON: {exception.Message}", exception);
        }
    }
}
