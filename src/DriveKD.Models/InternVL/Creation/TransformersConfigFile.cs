using System.Text.Json.Nodes;
using DriveKD.Models.Layers;

namespace DriveKD.Models.InternVL.Creation;

/// <summary>config.json of the "-hf" folders (class InternVLForConditionalGeneration).</summary>
internal static class TransformersConfigFile
{
    /// <summary>The release that wrote the real files.</summary>
    public const string TransformersVersion = "4.52.0.dev0";

    public static JsonObject Create(InternVLConfig config, string torchDType, int endOfText, int turnEnd, int imageContext) => new()
    {
        ["architectures"] = new JsonArray("InternVLForConditionalGeneration"),
        ["downsample_ratio"] = config.DownsampleRatio,
        ["image_seq_length"] = config.TokensPerTile,
        ["image_token_id"] = imageContext,
        ["model_type"] = "internvl",
        ["projector_hidden_act"] = "gelu",
        ["text_config"] = Language(config.Language, torchDType, endOfText, turnEnd),
        ["tie_word_embeddings"] = config.Language.TiesWordEmbeddings,
        ["torch_dtype"] = torchDType,
        ["transformers_version"] = TransformersVersion,
        ["vision_config"] = Vision(config.Vision, torchDType),
        ["vision_feature_layer"] = config.SelectLayer,
        ["vision_feature_select_strategy"] = "default",
    };

    private static JsonObject Language(LanguageModelConfig language, string torchDType, int endOfText, int turnEnd) => new()
    {
        ["_name_or_path"] = "./pretrained/Qwen2.5-32B-Instruct",
        ["architectures"] = new JsonArray("Qwen2ForCausalLM"),
        ["attention_dropout"] = 0.0,
        ["bos_token_id"] = endOfText,
        ["eos_token_id"] = turnEnd,
        ["hidden_act"] = "silu",
        ["hidden_size"] = language.HiddenSize,
        ["initializer_range"] = 0.02,
        ["intermediate_size"] = language.IntermediateSize,
        ["max_position_embeddings"] = language.MaxPositions,
        ["max_window_layers"] = 70,
        ["model_type"] = "qwen2",
        ["num_attention_heads"] = language.Heads,
        ["num_hidden_layers"] = language.Layers,
        ["num_key_value_heads"] = language.KeyValueHeads,
        ["rms_norm_eps"] = language.NormEpsilon,
        ["rope_scaling"] = language.RopeScaling == RopeScalingKind.None ? null : new JsonObject { ["factor"] = language.RopeFactor, ["rope_type"] = "dynamic" },
        ["rope_theta"] = language.RopeTheta,
        ["sliding_window"] = null,
        ["torch_dtype"] = torchDType,
        ["use_cache"] = true,
        ["use_sliding_window"] = false,
        ["vocab_size"] = language.VocabularySize,
    };

    private static JsonObject Vision(VisionTowerConfig vision, string torchDType) => new()
    {
        ["architectures"] = new JsonArray("InternVisionModel"),
        ["attention_bias"] = vision.HasQkvBias,
        ["attention_dropout"] = 0.0,
        ["dropout"] = 0.0,
        ["hidden_act"] = "gelu",
        ["hidden_dropout_prob"] = 0.0,
        ["hidden_size"] = vision.HiddenSize,
        ["image_size"] = new JsonArray(vision.ImageSize, vision.ImageSize),
        ["initializer_factor"] = 0.1,
        ["initializer_range"] = 1e-10,
        ["intermediate_size"] = vision.IntermediateSize,
        ["layer_norm_eps"] = vision.NormEpsilon,
        ["layer_scale_init_value"] = 0.1,
        ["model_type"] = "internvl_vision",
        ["norm_type"] = vision.Norm == NormKind.RmsNorm ? "rms_norm" : "layer_norm",
        ["num_attention_heads"] = vision.Heads,
        ["num_channels"] = 3,
        ["num_hidden_layers"] = vision.Layers,
        ["patch_size"] = new JsonArray(vision.PatchSize, vision.PatchSize),
        ["projection_dropout"] = 0.0,
        ["torch_dtype"] = torchDType,
        ["use_absolute_position_embeddings"] = true,
        ["use_mask_token"] = false,
        ["use_mean_pooling"] = true,
        ["use_qk_norm"] = vision.HasQkNorm,
    };
}
