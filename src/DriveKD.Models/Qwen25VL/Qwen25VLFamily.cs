using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL.Creation;
using DriveKD.Models.Streaming;

namespace DriveKD.Models.Qwen25VL;

/// <summary>Qwen2.5-VL.</summary>
public sealed class Qwen25VLFamily : ModelFamily
{
    /// <summary>The layout of the released folders.</summary>
    public const string ReleasedLayout = "hub";

    /// <summary>The layout of newer transformers: text_config, and names of its modules.</summary>
    public const string TransformersLayout = "transformers";

    /// <summary>model_type of config.json.</summary>
    public const string Type = "qwen2_5_vl";

    private Qwen25VLFamily()
    {
    }

    /// <summary>The family.</summary>
    public static Qwen25VLFamily Instance { get; } = new();

    /// <inheritdoc />
    public override string Name => "Qwen2.5-VL";

    /// <inheritdoc />
    public override IReadOnlyList<string> ModelTypes { get; } = [Type];

    /// <inheritdoc />
    public override PictureMarkup Markup => PictureMarkup.Qwen25VL;

    /// <inheritdoc />
    public override ParameterNames Names { get; } = new("visual.", "visual.merger.", "visual.merger.mlp.2.weight", "model.", "lm_head.weight");

    /// <inheritdoc />
    public override IReadOnlyList<ModelPreset> Presets => Qwen25VLPresets.All;

    /// <inheritdoc />
    public override string ReleasePrefix => Qwen25VLPresets.Family;

    /// <inheritdoc />
    public override IReadOnlyList<string> Layouts { get; } = [ReleasedLayout, TransformersLayout];

    /// <inheritdoc />
    internal override IFolderCreation Creation { get; } = new Qwen25VLFolderCreation();

    /// <inheritdoc />
    public override IReadOnlyList<ExpectedTensor> Expected(ModelConfig config, bool hasHead = true) => Qwen25VLTensors.Expected((Qwen25VLConfig)config, hasHead);

    /// <inheritdoc />
    public override TensorPlace Resolve(string fileName) => Qwen25VLTensorNames.Resolve(fileName);

    /// <inheritdoc />
    public override string? DescribeNaming(IEnumerable<string> fileNames) => Qwen25VLTensorNames.Describe(fileNames);

    /// <inheritdoc />
    public override IChatTemplate CreateTemplate(string folder, ModelConfig config, BpeTokenizer tokenizer) => new Qwen25VLChatTemplate(tokenizer);

    /// <inheritdoc />
    public override VisionLanguageModel CreateModel(ModelConfig config, bool hasSeparateHead, Placement placement) =>
        new Qwen25VLModel((Qwen25VLConfig)config, hasSeparateHead, placement);

    /// <inheritdoc />
    internal override ModelConfig? ReadConfig(ConfigSection root, string? folder, List<Problem> problems) => Qwen25VLConfigReader.Read(root, folder, problems);

    /// <inheritdoc />
    internal override IStreamedVision CreateStreamedVision(ModelConfig config, StreamedWeights weights, Placement placement) =>
        new Qwen25VLStreamedVision((Qwen25VLConfig)config, weights, placement);

    /// <inheritdoc />
    internal override (double Held, double Block, double Projector) StreamedTowerSizes(ModelConfig config)
    {
        double Sum(ModelConfig counted, string prefix) => Expected(counted, hasHead: false).Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Sum(tensor => tensor.EstimatedCount);
        ModelConfig small = config.WithTowerLayers(1) with { Language = config.Language with { Layers = 1 } };
        double block = Sum(small, "visual.blocks.0.");
        double rest = Sum(small, "visual.") - block;
        return (rest + (config.Tower.Layers * block), block, Sum(small, "visual.merger."));
    }

    /// <inheritdoc />
    internal override void WriteLimits(string folder, PixelLimits limits) => PreprocessorFile.WriteLimits(folder, limits);

    /// <inheritdoc />
    internal override FolderHabits HabitsOf(ModelConfig config)
    {
        Qwen25VLConfig own = (Qwen25VLConfig)config;
        long perToken = (long)own.Vision.PatchSize * own.Vision.PatchSize * own.Vision.PatchesPerUnit;
        return new FolderHabits
        {
            LanguageSection = own.IsNested ? "text_config" : null,
            Largest = (own.Images.MaxPixels / perToken, FormattableString.Invariant($"one of {own.Images.MaxPixels:N0} pixels (max_pixels)")),
            Usual = "a picture of 1600 x 900",
            Tower = FormattableString.Invariant(
                $"RMSNorm, qkv bias, gated MLP, patches of {own.Vision.PatchSize}, windows of {own.Vision.WindowSize} px, whole pictures in {own.Vision.FullAttentionBlocks.Count} blocks"),
        };
    }
}
