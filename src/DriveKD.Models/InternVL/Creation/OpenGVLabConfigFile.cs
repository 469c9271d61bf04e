using System.Text.Json.Nodes;
using DriveKD.Models.Layers;

namespace DriveKD.Models.InternVL.Creation;

/// <summary>
/// config.json as the released folders write it (class InternVLChatModel), stale and mixture-of-experts keys included: a reader
/// that stumbles over them would stumble over the real ones.
/// </summary>
internal static class OpenGVLabConfigFile
{
    /// <summary>The release that wrote the real files.</summary>
    public const string TransformersVersion = "4.37.2";

    public static JsonObject Create(InternVLConfig config, string torchDType, int endOfText) => new()
    {
        ["_commit_hash"] = null,
        ["architectures"] = new JsonArray("InternVLChatModel"),
        ["auto_map"] = new JsonObject
        {
            ["AutoConfig"] = "configuration_internvl_chat.InternVLChatConfig",
            ["AutoModel"] = "modeling_internvl_chat.InternVLChatModel",
            ["AutoModelForCausalLM"] = "modeling_internvl_chat.InternVLChatModel",
        },
        ["downsample_ratio"] = config.DownsampleRatio,
        ["dynamic_image_size"] = true,
        ["force_image_size"] = config.TileSize,
        ["hidden_size"] = config.Language.HiddenSize,
        ["image_fold"] = null,
        ["llm_config"] = Language(config.Language, torchDType, endOfText),
        ["max_dynamic_patch"] = config.MaxTiles,
        ["min_dynamic_patch"] = config.MinTiles,
        ["model_type"] = "internvl_chat",
        ["output_attentions"] = false,
        ["pad2square"] = false,
        ["ps_version"] = config.KeepsGridOrientation ? "v2" : "v1",
        ["select_layer"] = config.SelectLayer,
        ["system_message"] = null,
        ["template"] = config.Template,
        ["tie_word_embeddings"] = config.Language.TiesWordEmbeddings,
        ["torch_dtype"] = torchDType,
        ["transformers_version"] = null,
        ["use_backbone_lora"] = 0,
        ["use_llm_lora"] = 0,
        ["use_thumbnail"] = config.UsesThumbnail,
        ["vision_config"] = Vision(config.Vision, torchDType),
    };

    private static JsonObject Language(LanguageModelConfig language, string torchDType, int endOfText) => new()
    {
        ["_attn_implementation_autoset"] = true,
        ["_name_or_path"] = "./pretrained/Qwen2.5-32B-Instruct",
        ["architectures"] = new JsonArray("Qwen2ForCausalLM"),
        ["attention_dropout"] = 0.0,
        ["bos_token_id"] = endOfText,
        ["eos_token_id"] = endOfText,
        ["hidden_act"] = "silu",
        ["hidden_size"] = language.HiddenSize,
        ["initializer_range"] = 0.02,
        ["intermediate_size"] = language.IntermediateSize,
        ["max_position_embeddings"] = language.MaxPositions,
        ["max_window_layers"] = 70,
        ["model_type"] = "qwen2",
        ["moe_config"] = null,
        ["num_attention_heads"] = language.Heads,
        ["num_hidden_layers"] = language.Layers,
        ["num_key_value_heads"] = language.KeyValueHeads,
        ["rms_norm_eps"] = language.NormEpsilon,
        ["rope_scaling"] = language.RopeScaling == RopeScalingKind.None
            ? null
            : new JsonObject { ["factor"] = language.RopeFactor, ["rope_type"] = "dynamic", ["type"] = "dynamic" },
        ["rope_theta"] = language.RopeTheta,
        ["sliding_window"] = null,
        ["tie_word_embeddings"] = language.TiesWordEmbeddings,
        ["torch_dtype"] = torchDType,
        ["transformers_version"] = TransformersVersion,
        ["use_bfloat16"] = true,
        ["use_cache"] = false,
        ["use_sliding_window"] = false,
        ["vocab_size"] = language.VocabularySize,
    };

    private static JsonObject Vision(VisionTowerConfig vision, string torchDType) => new()
    {
        ["_attn_implementation_autoset"] = true,
        ["_name_or_path"] = "OpenGVLab/InternViT-6B-448px-V1-5",
        ["architectures"] = new JsonArray("InternVisionModel"),
        ["attention_dropout"] = 0.0,
        ["auto_map"] = new JsonObject
        {
            ["AutoConfig"] = "configuration_intern_vit.InternVisionConfig",
            ["AutoModel"] = "modeling_intern_vit.InternVisionModel",
        },
        ["capacity_factor"] = 1.2,
        ["drop_path_rate"] = 0.1,
        ["dropout"] = 0.0,
        ["eval_capacity_factor"] = 1.4,
        ["hidden_act"] = "gelu",
        ["hidden_size"] = vision.HiddenSize,
        ["image_size"] = vision.ImageSize,
        ["initializer_factor"] = 0.1,
        ["initializer_range"] = 1e-10,
        ["intermediate_size"] = vision.IntermediateSize,
        ["laux_allreduce"] = "all_nodes",
        ["layer_norm_eps"] = vision.NormEpsilon,
        ["model_type"] = "intern_vit_6b",
        ["moe_coeff_ratio"] = 0.5,
        ["moe_intermediate_size"] = 768,
        ["moe_output_scale"] = 4.0,
        ["noisy_gate_policy"] = "RSample_before",
        ["norm_type"] = vision.Norm == NormKind.RmsNorm ? "rms_norm" : "layer_norm",
        ["num_attention_heads"] = vision.Heads,
        ["num_channels"] = 3,
        ["num_experts"] = 8,
        ["num_hidden_layers"] = vision.Layers,
        ["num_routed_experts"] = 4,
        ["num_shared_experts"] = 4,
        ["patch_size"] = vision.PatchSize,
        ["qk_normalization"] = vision.HasQkNorm,
        ["qkv_bias"] = vision.HasQkvBias,
        ["shared_expert_intermediate_size"] = 3072,
        ["torch_dtype"] = torchDType,
        ["transformers_version"] = TransformersVersion,
        ["use_bfloat16"] = true,
        ["use_flash_attn"] = true,
        ["use_moe"] = false,
        ["use_residual"] = true,
        ["use_rts"] = false,
        ["use_weighted_residual"] = false,
    };
}
