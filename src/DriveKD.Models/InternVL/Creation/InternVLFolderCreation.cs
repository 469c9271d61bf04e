using System.Text.Json.Nodes;
using DriveKD.Data.Text;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.InternVL.Creation;

/// <summary>New folders of InternVL models, in the released layout or that of transformers.</summary>
internal sealed class InternVLFolderCreation : IFolderCreation
{
    private const string Transformers = InternVLFamily.TransformersLayout;

    public IReadOnlyList<string> AddedTokens { get; } = ["<img>", "</img>", "<IMG_CONTEXT>", "<quad>", "</quad>", "<ref>", "</ref>", "<box>", "</box>"];

    // As the released models of this family have: code that confuses rows with tokens shows.
    public int SpareRows => 9;

    public IReadOnlyList<(string Name, int? Third)> FileNames(string canonical, string layout) =>
        InternVLTensorNames.FileNames(canonical, layout == Transformers ? InternVLNaming.HubTransformers : InternVLNaming.OpenGVLab);

    public void WriteFiles(string folder, ModelConfig config, string layout, TensorDType dtype, TokenizerFiles tokenizer)
    {
        InternVLConfig internVL = (InternVLConfig)config;
        void Put(string name, JsonObject content) => AtomicFile.WriteText(Path.Combine(folder, name), JsonFiles.Text(content));

        string torchDType = ConfigDType.NameOf(dtype);
        int endOfText = tokenizer.IdOf(ChatTokens.EndOfText);
        int turnEnd = tokenizer.IdOf(ChatTokens.TurnEnd);
        if (layout != Transformers)
        {
            Put("config.json", OpenGVLabConfigFile.Create(internVL, torchDType, endOfText));
            Put("generation_config.json", new JsonObject
            {
                ["_from_model_config"] = true,
                ["eos_token_id"] = new JsonArray(tokenizer.IdOf(ChatTokens.TurnStart), turnEnd, endOfText),
                ["transformers_version"] = OpenGVLabConfigFile.TransformersVersion,
            });
            Put("preprocessor_config.json", OpenGVLabPreprocessor(internVL.TileSize));
            return;
        }

        Put("config.json", TransformersConfigFile.Create(internVL, torchDType, endOfText, turnEnd, tokenizer.IdOf(PictureMarkup.InternVL.Slot)));
        Put("generation_config.json", new JsonObject
        {
            ["_from_model_config"] = true,
            ["bos_token_id"] = endOfText,
            ["eos_token_id"] = turnEnd,
            ["transformers_version"] = TransformersConfigFile.TransformersVersion,
        });
        Put("preprocessor_config.json", TransformersPreprocessor(internVL));
        Put("processor_config.json", new JsonObject { ["image_seq_length"] = internVL.TokensPerTile, ["processor_class"] = "InternVLProcessor" });
        AtomicFile.WriteText(Path.Combine(folder, "chat_template.jinja"), ChatTemplateTexts.Transformers);
    }

    public void Complete(JsonObject tokenizerConfig, JsonObject? source, string layout)
    {
        if (layout != Transformers)
        {
            tokenizerConfig["chat_template"] = source?["chat_template"]?.DeepClone() ?? ChatTemplateTexts.Plain;
            tokenizerConfig["model_max_length"] = 12288;
            return;
        }

        tokenizerConfig["chat_template"] = ChatTemplateTexts.Transformers;
        tokenizerConfig["model_max_length"] = 8192;
        tokenizerConfig["padding_side"] = "left";
        tokenizerConfig["processor_class"] = "InternVLProcessor";
        tokenizerConfig["return_token_type_ids"] = false;
        JsonObject names = new()
        {
            ["context_image_token"] = PictureMarkup.InternVL.Slot,
            ["end_image_token"] = PictureMarkup.InternVL.End,
            ["start_image_token"] = PictureMarkup.InternVL.Start,
        };
        foreach ((string key, JsonNode? value) in names)
        {
            tokenizerConfig[key] = value!.DeepClone();
        }

        tokenizerConfig["extra_special_tokens"] = names;
    }

    public WeightDistribution? DistributionOf(string name, InitialValues initial)
    {
        bool Ends(string ending) => name.EndsWith(ending, StringComparison.Ordinal);
        bool isTraining = initial == InitialValues.Training;
        return Ends(".ls1") || Ends(".ls2") ? isTraining ? null : new WeightDistribution(0.3f, 0.5f, IsUniform: true)
            : Ends("class_embedding") ? new WeightDistribution(0, isTraining ? 0 : 1)
            : Ends("position_embedding") ? new WeightDistribution(0, isTraining ? 0.02f : 0.4f)
            : null;
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
