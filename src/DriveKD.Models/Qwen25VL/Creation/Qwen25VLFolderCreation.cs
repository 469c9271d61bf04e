using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Qwen25VL.Creation;

/// <summary>New folders of Qwen2.5-VL models, in the released layout or that of newer transformers.</summary>
internal sealed class Qwen25VLFolderCreation : IFolderCreation
{
    public IReadOnlyList<string> AddedTokens { get; } = [];

    // As the released models have: code that confuses rows with tokens shows.
    public int SpareRows => 10;

    public IReadOnlyList<(string Name, int? Third)> FileNames(string canonical, string layout) =>
        [(Qwen25VLTensorNames.FileName(canonical, layout == Qwen25VLFamily.TransformersLayout), null)];

    public void WriteFiles(string folder, ModelConfig config, string layout, TensorDType dtype, TokenizerFiles tokenizer)
    {
        void Put(string name, JsonObject content) => AtomicFile.WriteText(Path.Combine(folder, name), JsonFiles.Text(content));

        if (tokenizer.Has(PictureMarkup.InternVL.Slot))
        {
            throw new InputException("--tokenizer", $"has the token {PictureMarkup.InternVL.Slot}, which marks an InternVL tokenizer; name a Qwen2.5 or Qwen2.5-VL one.");
        }

        Qwen25VLConfig own = (Qwen25VLConfig)config;
        bool isNested = layout == Qwen25VLFamily.TransformersLayout;
        int endOfText = tokenizer.IdOf(ChatTokens.EndOfText);
        Put(ModelConfigReader.FileName, Qwen25VLConfigFile.Create(own, isNested, ConfigDType.NameOf(dtype), tokenizer.IdOf));
        Put("generation_config.json", new JsonObject
        {
            ["bos_token_id"] = endOfText,
            ["do_sample"] = true,
            ["eos_token_id"] = new JsonArray(tokenizer.IdOf(ChatTokens.TurnEnd), endOfText),
            ["pad_token_id"] = endOfText,
            ["repetition_penalty"] = 1.05,
            ["temperature"] = 0.000001,
            ["transformers_version"] = isNested ? Qwen25VLConfigFile.NewerTransformersVersion : Qwen25VLConfigFile.TransformersVersion,
        });
        Put(PreprocessorReader.FileName, PreprocessorFile.Create(own.Images));
        Put("chat_template.json", new JsonObject { ["chat_template"] = ChatTemplateTexts.Qwen25VL });
    }

    public void Complete(JsonObject tokenizerConfig, JsonObject? source, string layout)
    {
        tokenizerConfig["chat_template"] = ChatTemplateTexts.Qwen25VL;
        tokenizerConfig["model_max_length"] = 131072;
    }

    public WeightDistribution? DistributionOf(string name, InitialValues initial) => null;
}
