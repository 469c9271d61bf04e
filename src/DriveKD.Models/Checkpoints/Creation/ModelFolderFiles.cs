using System.Text.Json.Nodes;
using DriveKD.Data.Text;
using DriveKD.Models.InternVL;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>Writes config.json and the other files that stand beside the weights and the tokenizer.</summary>
internal static class ModelFolderFiles
{
    public static void Write(string folder, InternVLConfig config, InternVLLayout layout, TensorDType dtype, TokenizerFiles tokenizer)
    {
        void Put(string name, JsonObject content) => AtomicFile.WriteText(Path.Combine(folder, name), JsonFiles.Text(content));

        string torchDType = ConfigDType.NameOf(dtype);
        int endOfText = tokenizer.IdOf(InternVLTokens.EndOfText);
        int turnEnd = tokenizer.IdOf(InternVLTokens.TurnEnd);
        if (layout == InternVLLayout.OpenGVLab)
        {
            Put("config.json", OpenGVLabConfigFile.Create(config, torchDType, endOfText));
            Put("generation_config.json", new JsonObject
            {
                ["_from_model_config"] = true,
                ["eos_token_id"] = new JsonArray(tokenizer.IdOf(InternVLTokens.TurnStart), turnEnd, endOfText),
                ["transformers_version"] = OpenGVLabConfigFile.TransformersVersion,
            });
            Put("preprocessor_config.json", OpenGVLabPreprocessor(config.TileSize));
            return;
        }

        Put("config.json", TransformersConfigFile.Create(config, torchDType, endOfText, turnEnd, tokenizer.IdOf(InternVLTokens.ImageContext)));
        Put("generation_config.json", new JsonObject
        {
            ["_from_model_config"] = true,
            ["bos_token_id"] = endOfText,
            ["eos_token_id"] = turnEnd,
            ["transformers_version"] = TransformersConfigFile.TransformersVersion,
        });
        Put("preprocessor_config.json", TransformersPreprocessor(config));
        Put("processor_config.json", new JsonObject { ["image_seq_length"] = config.TokensPerTile, ["processor_class"] = "InternVLProcessor" });
        AtomicFile.WriteText(Path.Combine(folder, "chat_template.jinja"), ChatTemplateTexts.Transformers);
    }

    private static JsonArray Mean() => [0.485, 0.456, 0.406];

    private static JsonArray Deviation() => [0.229, 0.224, 0.225];

    private static JsonObject OpenGVLabPreprocessor(int size) => new()
    {
        ["crop_size"] = size,
        ["do_center_crop"] = true,
        ["do_normalize"] = true,
        ["do_resize"] = true,
        ["feature_extractor_type"] = "CLIPFeatureExtractor",
        ["image_mean"] = Mean(),
        ["image_std"] = Deviation(),
        ["resample"] = 3,
        ["size"] = size,
    };

    private static JsonObject TransformersPreprocessor(InternVLConfig config) => new()
    {
        ["crop_to_patches"] = false,
        ["data_format"] = "channels_first",
        ["default_to_square"] = true,
        ["do_convert_rgb"] = true,
        ["do_normalize"] = true,
        ["do_rescale"] = true,
        ["do_resize"] = true,
        ["image_mean"] = Mean(),
        ["image_processor_type"] = "GotOcr2ImageProcessorFast",
        ["image_std"] = Deviation(),
        ["max_patches"] = config.MaxTiles,
        ["min_patches"] = config.MinTiles,
        ["processor_class"] = "InternVLProcessor",
        ["resample"] = 3,
        ["rescale_factor"] = 0.00392156862745098,
        ["size"] = new JsonObject { ["height"] = config.TileSize, ["width"] = config.TileSize },
    };
}
