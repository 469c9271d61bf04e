using System.Text.Json.Nodes;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Qwen25VL.Creation;

/// <summary>config.json as the released folders write it, and as transformers 4.57 does (keys at the root and in text_config).</summary>
internal static class Qwen25VLConfigFile
{
    /// <summary>The release that wrote the real files.</summary>
    public const string TransformersVersion = "4.41.2";

    /// <summary>The release whose form has text_config.</summary>
    public const string NewerTransformersVersion = "4.57.6";

    /// <summary>The content.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="isNested">The newer form.</param>
    /// <param name="torchDType">What weights are stored in.</param>
    /// <param name="idOf">The id of an added token.</param>
    public static JsonObject Create(Qwen25VLConfig config, bool isNested, string torchDType, Func<string, int> idOf)
    {
        JsonObject file = new()
        {
            ["architectures"] = new JsonArray("Qwen2_5_VLForConditionalGeneration"),
            ["vision_start_token_id"] = idOf("<|vision_start|>"),
            ["vision_end_token_id"] = idOf("<|vision_end|>"),
            ["vision_token_id"] = idOf("<|vision_pad|>"),
            ["image_token_id"] = idOf("<|image_pad|>"),
            ["video_token_id"] = idOf("<|video_pad|>"),
            ["model_type"] = Qwen25VLFamily.Type,
            ["tie_word_embeddings"] = config.Language.TiesWordEmbeddings,
            [isNested ? "dtype" : "torch_dtype"] = torchDType,
            ["transformers_version"] = isNested ? NewerTransformersVersion : TransformersVersion,
            ["vision_config"] = Vision(config.Vision, isNested),
        };
        JsonObject language = Language(config.Language, isNested, idOf);
        foreach ((string key, JsonNode? value) in language)
        {
            file[key] = value?.DeepClone();
        }

        if (isNested)
        {
            language["model_type"] = Qwen25VLFamily.Type + "_text";
            language["layer_types"] = new JsonArray([.. Enumerable.Range(0, config.Language.Layers).Select(_ => (JsonNode)"full_attention")]);
            language["sliding_window"] = null;
            language["dtype"] = torchDType;
            file["text_config"] = language;
        }

        return file;
    }

    private static JsonObject Language(LanguageModelConfig language, bool isNested, Func<string, int> idOf)
    {
        RotarySections sections = language.Sections!;
        JsonObject scaling = new() { ["mrope_section"] = new JsonArray(sections.Time, sections.Height, sections.Width), ["type"] = isNested ? "default" : "mrope" };
        if (isNested)
        {
            scaling["rope_type"] = "default";
        }

        return new JsonObject
        {
            ["attention_dropout"] = 0.0,
            ["bos_token_id"] = idOf("<|endoftext|>"),
            ["eos_token_id"] = idOf("<|im_end|>"),
            ["hidden_act"] = "silu",
            ["hidden_size"] = language.HiddenSize,
            ["initializer_range"] = 0.02,
            ["intermediate_size"] = language.IntermediateSize,
            ["max_position_embeddings"] = language.MaxPositions,
            ["max_window_layers"] = language.Layers,
            ["num_attention_heads"] = language.Heads,
            ["num_hidden_layers"] = language.Layers,
            ["num_key_value_heads"] = language.KeyValueHeads,
            ["rms_norm_eps"] = language.NormEpsilon,
            ["rope_scaling"] = scaling,
            ["rope_theta"] = language.RopeTheta,
            ["sliding_window"] = 32768,
            ["use_cache"] = true,
            ["use_sliding_window"] = false,
            ["vocab_size"] = language.VocabularySize,
        };
    }

    private static JsonObject Vision(Qwen25VLVisionConfig vision, bool isNested)
    {
        JsonObject section = new()
        {
            ["depth"] = vision.Layers,
            ["fullatt_block_indexes"] = new JsonArray([.. vision.FullAttentionBlocks.Select(block => (JsonNode)block)]),
            ["hidden_act"] = "silu",
            ["hidden_size"] = vision.HiddenSize,
            ["in_chans"] = 3,
            ["intermediate_size"] = vision.IntermediateSize,
            ["num_heads"] = vision.Heads,
            ["out_hidden_size"] = vision.OutputSize,
            ["patch_size"] = vision.PatchSize,
            ["spatial_merge_size"] = vision.MergeSize,
            ["spatial_patch_size"] = vision.PatchSize,
            ["temporal_patch_size"] = vision.TemporalPatchSize,
            ["tokens_per_second"] = 2,
            ["window_size"] = vision.WindowSize,
        };
        if (isNested)
        {
            section["in_channels"] = 3;
            section["model_type"] = Qwen25VLFamily.Type;
        }

        return section;
    }
}
