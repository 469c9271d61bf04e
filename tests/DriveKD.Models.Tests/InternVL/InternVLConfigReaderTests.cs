using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Tests.InternVL;

public sealed class InternVLConfigReaderTests
{
    [Fact]
    public void Parse_OpenGVLabLayout_ReadsEveryNumber()
    {
        InternVLConfig config = Parse(OpenGVLab());

        Assert.Equal(InternVLLayout.OpenGVLab, config.Layout);
        Assert.Equal((64, 4, 4, 128, 112, 14), (config.Vision.HiddenSize, config.Vision.Layers, config.Vision.Heads, config.Vision.IntermediateSize, config.Vision.ImageSize, config.Vision.PatchSize));
        Assert.Equal((true, false, NormKind.LayerNorm, 1e-6), (config.Vision.HasQkvBias, config.Vision.HasQkNorm, config.Vision.Norm, config.Vision.NormEpsilon));
        Assert.Equal((96, 6, 6, 2, 16, 192), (config.Language.HiddenSize, config.Language.Layers, config.Language.Heads, config.Language.KeyValueHeads, config.Language.HeadSize, config.Language.IntermediateSize));
        Assert.Equal((1296, 1e-6, 1e6, 32768), (config.Language.VocabularySize, config.Language.NormEpsilon, config.Language.RopeTheta, config.Language.MaxPositions));
        Assert.Equal((RopeScalingKind.Dynamic, 2), (config.Language.RopeScaling, config.Language.RopeFactor));
        Assert.Equal((112, 0.5, true, -1), (config.TileSize, config.DownsampleRatio, config.KeepsGridOrientation, config.SelectLayer));
        Assert.Equal((1, 12, true, "internvl2_5", "bfloat16"), (config.MinTiles, config.MaxTiles, config.UsesThumbnail, config.Template, config.DType));
        Assert.Equal((16, 256), (config.TokensPerTile, config.ShuffledSize));
        Assert.Null(config.SystemMessage);
    }

    [Fact]
    public void Parse_TransformersLayout_ReadsEveryNumber()
    {
        InternVLConfig config = Parse(Transformers());

        Assert.Equal(InternVLLayout.Transformers, config.Layout);
        Assert.Equal((48, 3, 3, 96, 112, 14), (config.Vision.HiddenSize, config.Vision.Layers, config.Vision.Heads, config.Vision.IntermediateSize, config.Vision.ImageSize, config.Vision.PatchSize));
        Assert.Equal((true, false, NormKind.LayerNorm), (config.Vision.HasQkvBias, config.Vision.HasQkNorm, config.Vision.Norm));
        Assert.Equal((64, 4, 4, 2, 16), (config.Language.HiddenSize, config.Language.Layers, config.Language.Heads, config.Language.KeyValueHeads, config.Language.HeadSize));
        Assert.Equal((112, true, 1280, 16), (config.TileSize, config.KeepsGridOrientation, config.ImageTokenId, config.TokensPerTile));
    }

    [Fact]
    public void Parse_MissingKeysOfTheOpenGVLabLayout_TakeTheReferencesDefaults()
    {
        JsonObject json = OpenGVLab();
        JsonObject vision = json["vision_config"]!.AsObject();
        foreach (string key in (string[])["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "qkv_bias", "qk_normalization", "norm_type", "image_size"])
        {
            vision.Remove(key);
        }

        foreach (string key in (string[])["ps_version", "select_layer", "min_dynamic_patch", "max_dynamic_patch", "use_thumbnail", "force_image_size"])
        {
            json.Remove(key);
        }

        InternVLConfig config = Parse(json);
        Assert.Equal((3200, 48, 25, 12800, 224), (config.Vision.HiddenSize, config.Vision.Layers, config.Vision.Heads, config.Vision.IntermediateSize, config.Vision.ImageSize));
        Assert.Equal((false, true, NormKind.RmsNorm), (config.Vision.HasQkvBias, config.Vision.HasQkNorm, config.Vision.Norm));
        Assert.Equal((false, -1, 1, 6, false, 224), (config.KeepsGridOrientation, config.SelectLayer, config.MinTiles, config.MaxTiles, config.UsesThumbnail, config.TileSize));
    }

    [Fact]
    public void Parse_StaleKeys_AreIgnored()
    {
        JsonObject json = OpenGVLab();
        json["vision_config"]!["drop_path_rate"] = 0.4;
        json["vision_config"]!["num_experts"] = 8;
        json["vision_config"]!["use_flash_attn"] = true;
        json["llm_config"]!["_name_or_path"] = "./pretrained/another-model";
        json["llm_config"]!["moe_config"] = new JsonObject { ["x"] = 1 };
        json["something_new"] = "yes";

        Assert.Equal(Parse(OpenGVLab()), Parse(json));
    }

    [Theory]
    [InlineData("none", RopeScalingKind.None, 1)]
    [InlineData("""{"rope_type":"default"}""", RopeScalingKind.None, 1)]
    [InlineData("""{"type":"linear","factor":4}""", RopeScalingKind.Linear, 4)]
    [InlineData("""{"rope_type":"linear","factor":1.5}""", RopeScalingKind.Linear, 1.5)]
    [InlineData("""{"type":"dynamic","rope_type":"dynamic","factor":2.0}""", RopeScalingKind.Dynamic, 2)]
    [InlineData("""{"rope_type":"dynamic","factor":2.0,"original_max_position_embeddings":32768}""", RopeScalingKind.Dynamic, 2)]
    public void Parse_RopeScaling_IsReadInEverySpelling(string scaling, RopeScalingKind kind, double factor)
    {
        JsonObject json = OpenGVLab();
        json["llm_config"]!["rope_scaling"] = scaling == "none" ? null : JsonNode.Parse(scaling);
        InternVLConfig config = Parse(json);

        Assert.Equal((kind, factor, 1e6), (config.Language.RopeScaling, config.Language.RopeFactor, config.Language.RopeTheta));
    }

    [Fact]
    public void Parse_RopeParametersOfNewerFiles_HoldTheBaseToo()
    {
        JsonObject json = Transformers();
        JsonObject text = json["text_config"]!.AsObject();
        text.Remove("rope_theta");
        text.Remove("rope_scaling");
        text["rope_parameters"] = new JsonObject { ["rope_type"] = "linear", ["factor"] = 3.0, ["rope_theta"] = 500000.0 };
        InternVLConfig config = Parse(json);

        Assert.Equal((RopeScalingKind.Linear, 3, 500000), (config.Language.RopeScaling, config.Language.RopeFactor, config.Language.RopeTheta));
    }

    // Values that would change the numbers, each refused under its own key.
    [Theory]
    [InlineData("use_backbone_lora", "8")]
    [InlineData("use_llm_lora", "8")]
    [InlineData("pad2square", "true")]
    [InlineData("ps_version", "\"v3\"")]
    [InlineData("select_layer", "-6")]
    [InlineData("select_layer", "5")]
    [InlineData("select_layer", "\"last\"")]
    [InlineData("downsample_ratio", "0.3")]
    [InlineData("downsample_ratio", "2")]
    [InlineData("downsample_ratio", "1e-12")]
    [InlineData("downsample_ratio", "0")]
    [InlineData("hidden_size", "97")]
    [InlineData("force_image_size", "100")]
    [InlineData("force_image_size", "0")]
    [InlineData("force_image_size", "1000000000")]
    [InlineData("min_dynamic_patch", "13")]
    [InlineData("max_dynamic_patch", "0")]
    [InlineData("use_thumbnail", "\"yes\"")]
    [InlineData("vision_config.hidden_act", "\"relu\"")]
    [InlineData("vision_config.num_channels", "1")]
    [InlineData("vision_config.norm_type", "\"batch_norm\"")]
    [InlineData("vision_config.attention_dropout", "0.1")]
    [InlineData("vision_config.dropout", "0.1")]
    [InlineData("vision_config.use_moe", "true")]
    [InlineData("vision_config.num_hidden_layers", "-1")]
    [InlineData("vision_config.num_hidden_layers", "100000")]
    [InlineData("vision_config.hidden_size", "2147483647")]
    [InlineData("vision_config.layer_norm_eps", "0")]
    [InlineData("vision_config.qkv_bias", "1")]
    [InlineData("llm_config.model_type", "\"internlm2\"")]
    [InlineData("llm_config.architectures", "[\"InternLM2ForCausalLM\"]")]
    [InlineData("llm_config.hidden_act", "\"gelu\"")]
    [InlineData("llm_config.use_sliding_window", "true")]
    [InlineData("llm_config.layer_types", "[\"full_attention\", \"sliding_attention\"]")]
    [InlineData("llm_config.attention_dropout", "0.5")]
    [InlineData("llm_config.partial_rotary_factor", "0.5")]
    [InlineData("llm_config.hidden_size", "98")]
    [InlineData("llm_config.vocab_size", "2147483647")]
    [InlineData("llm_config.vocab_size", "1.5")]
    [InlineData("llm_config.vocab_size", "99999999999999")]
    [InlineData("llm_config.rms_norm_eps", "-1e-6")]
    [InlineData("llm_config.num_hidden_layers", "\"4\"")]
    [InlineData("llm_config.rope_scaling", "7")]
    [InlineData("llm_config.rope_scaling.type", "\"yarn\"")]
    [InlineData("llm_config.rope_scaling.factor", "0")]
    [InlineData("llm_config.rope_scaling.original_max_position_embeddings", "4096")]
    public void Parse_ValueThatChangesTheNumbers_IsRefusedByName(string key, string value)
    {
        JsonObject json = OpenGVLab();
        json["llm_config"]!["rope_scaling"] = new JsonObject { ["type"] = "dynamic", ["factor"] = 2.0 };
        Set(json, key, value);
        InputException exception = Assert.Throws<InputException>(() => Parse(json));

        Assert.Contains(exception.Problems, problem => problem.Where == $"config.json, {key}");
    }

    [Theory]
    [InlineData("projector_hidden_act", "\"silu\"")]
    [InlineData("vision_feature_select_strategy", "\"full\"")]
    [InlineData("vision_feature_layer", "[-2, -1]")]
    [InlineData("image_seq_length", "17")]
    [InlineData("vision_config.use_mask_token", "true")]
    [InlineData("vision_config.use_absolute_position_embeddings", "false")]
    [InlineData("vision_config.use_mean_pooling", "false")]
    [InlineData("vision_config.projection_dropout", "0.1")]
    [InlineData("vision_config.hidden_dropout_prob", "0.1")]
    [InlineData("vision_config.image_size", "[112, 224]")]
    [InlineData("text_config.use_sliding_window", "true")]
    [InlineData("text_config.rope_scaling.rope_type", "\"longrope\"")]
    public void Parse_ValueOfTheTransformersLayoutThatChangesTheNumbers_IsRefusedByName(string key, string value)
    {
        JsonObject json = Transformers();
        Set(json, key, value);
        InputException exception = Assert.Throws<InputException>(() => Parse(json));

        Assert.Contains(exception.Problems, problem => problem.Where == $"config.json, {key}");
    }

    [Theory]
    [InlineData("llm_config.num_key_value_heads", "4", "llm_config", "num_key_value_heads 4")]
    [InlineData("llm_config.head_dim", "15", "llm_config", "15 is odd")]
    [InlineData("llm_config.head_dim", "2", "llm_config", "infinite")]
    [InlineData("vision_config.num_attention_heads", "5", "vision_config", "num_attention_heads 5")]
    [InlineData("vision_config.patch_size", "13", "vision_config", "patch_size 13")]
    public void Parse_SizesThatDoNotFitEachOther_AreRefused(string key, string value, string where, string what)
    {
        JsonObject json = OpenGVLab();
        Set(json, key, value);
        InputException exception = Assert.Throws<InputException>(() => Parse(json));

        Assert.Contains(exception.Problems, problem => problem.Where == $"config.json, {where}" && problem.What.Contains(what, StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_SeveralProblems_AreReportedAtOnce()
    {
        JsonObject json = OpenGVLab();
        Set(json, "pad2square", "true");
        Set(json, "vision_config.hidden_act", "\"relu\"");
        Set(json, "llm_config.rope_scaling", """{"type": "yarn", "factor": 2}""");
        json["llm_config"]!.AsObject().Remove("vocab_size");
        json["llm_config"]!.AsObject().Remove("hidden_size");
        InputException exception = Assert.Throws<InputException>(() => Parse(json));

        HashSet<string> where = [.. exception.Problems.Select(problem => problem.Where)];
        Assert.All(
            ["pad2square", "vision_config.hidden_act", "llm_config.rope_scaling.type", "llm_config.vocab_size", "llm_config.hidden_size"],
            key => Assert.Contains($"config.json, {key}", where));
    }

    [Theory]
    [InlineData("""{"model_type": "internvl_chat"}""", "vision_config")]
    [InlineData("""{"model_type": "internvl", "vision_config": [], "text_config": null}""", "text_config")]
    public void Parse_SectionsMissing_AreNamed(string json, string expected)
    {
        InputException exception = Assert.Throws<InputException>(() => ModelConfigReader.Parse("config.json", json));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private static InternVLConfig Parse(JsonObject json) => (InternVLConfig)ModelConfigReader.Parse("config.json", json.ToJsonString());

    private static void Set(JsonObject json, string key, string value)
    {
        string[] path = key.Split('.');
        JsonNode node = json;
        foreach (string part in path[..^1])
        {
            node = node[part]!;
        }

        node[path[^1]] = JsonNode.Parse(value);
    }

    private static JsonObject OpenGVLab() => JsonNode.Parse("""
        {
          "architectures": ["InternVLChatModel"], "model_type": "internvl_chat", "downsample_ratio": 0.5, "dynamic_image_size": true,
          "force_image_size": 112, "hidden_size": 96, "image_fold": null, "max_dynamic_patch": 12, "min_dynamic_patch": 1,
          "pad2square": false, "ps_version": "v2", "select_layer": -1, "system_message": null, "template": "internvl2_5",
          "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_backbone_lora": 0, "use_llm_lora": 0, "use_thumbnail": true,
          "llm_config": {
            "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 96,
            "intermediate_size": 192, "max_position_embeddings": 32768, "num_attention_heads": 6, "num_hidden_layers": 6,
            "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_scaling": {"factor": 2.0, "rope_type": "dynamic", "type": "dynamic"},
            "rope_theta": 1000000.0, "use_sliding_window": false, "vocab_size": 1296
          },
          "vision_config": {
            "architectures": ["InternVisionModel"], "model_type": "intern_vit_6b", "attention_dropout": 0.0, "drop_path_rate": 0.1,
            "dropout": 0.0, "hidden_act": "gelu", "hidden_size": 64, "image_size": 112, "intermediate_size": 128, "layer_norm_eps": 1e-06,
            "norm_type": "layer_norm", "num_attention_heads": 4, "num_channels": 3, "num_hidden_layers": 4, "patch_size": 14,
            "qk_normalization": false, "qkv_bias": true
          }
        }
        """)!.AsObject();

    private static JsonObject Transformers() => JsonNode.Parse("""
        {
          "architectures": ["InternVLForConditionalGeneration"], "model_type": "internvl", "downsample_ratio": 0.5, "image_seq_length": 16,
          "image_token_id": 1280, "projector_hidden_act": "gelu", "tie_word_embeddings": false, "torch_dtype": "float32",
          "vision_feature_layer": -1, "vision_feature_select_strategy": "default",
          "text_config": {
            "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "attention_dropout": 0.0, "hidden_act": "silu", "hidden_size": 64,
            "intermediate_size": 128, "max_position_embeddings": 32768, "num_attention_heads": 4, "num_hidden_layers": 4,
            "num_key_value_heads": 2, "rms_norm_eps": 1e-06, "rope_scaling": {"factor": 2.0, "rope_type": "dynamic"},
            "rope_theta": 1000000.0, "use_sliding_window": false, "vocab_size": 1296
          },
          "vision_config": {
            "model_type": "internvl_vision", "attention_bias": true, "attention_dropout": 0.0, "dropout": 0.0, "hidden_act": "gelu",
            "hidden_dropout_prob": 0.0, "hidden_size": 48, "image_size": [112, 112], "intermediate_size": 96, "layer_norm_eps": 1e-06,
            "norm_type": "layer_norm", "num_attention_heads": 3, "num_channels": 3, "num_hidden_layers": 3, "patch_size": [14, 14],
            "projection_dropout": 0.0, "use_absolute_position_embeddings": true, "use_mask_token": false, "use_mean_pooling": true,
            "use_qk_norm": false
          }
        }
        """)!.AsObject();
}
