using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL.Creation;
using DriveKD.Models.Layers;
using DriveKD.Models.Streaming;

namespace DriveKD.Models.InternVL;

/// <summary>InternVL2.5 and InternVL3 with a Qwen2 decoder.</summary>
public sealed class InternVLFamily : ModelFamily
{
    /// <summary>The layout of the released folders.</summary>
    public const string OpenGVLabLayout = "opengvlab";

    /// <summary>The layout of the "-hf" folders.</summary>
    public const string TransformersLayout = "transformers";

    private InternVLFamily()
    {
    }

    /// <summary>The family.</summary>
    public static InternVLFamily Instance { get; } = new();

    /// <inheritdoc />
    public override string Name => "InternVL";

    /// <inheritdoc />
    public override IReadOnlyList<string> ModelTypes { get; } = ["internvl_chat", "internvl"];

    /// <inheritdoc />
    public override PictureMarkup Markup => PictureMarkup.InternVL;

    /// <inheritdoc />
    public override ParameterNames Names { get; } =
        new("vision_model.", "mlp1.", "mlp1.3.weight", "language_model.model.", "language_model.lm_head.weight");

    /// <inheritdoc />
    public override IReadOnlyList<ModelPreset> Presets => InternVLPresets.All;

    /// <inheritdoc />
    public override string ReleasePrefix => InternVLPresets.Family;

    /// <inheritdoc />
    public override IReadOnlyList<string> Layouts { get; } = [OpenGVLabLayout, TransformersLayout];

    /// <inheritdoc />
    internal override IFolderCreation Creation { get; } = new InternVLFolderCreation();

    /// <inheritdoc />
    public override IReadOnlyList<ExpectedTensor> Expected(ModelConfig config, bool hasHead = true) => InternVLTensors.Expected((InternVLConfig)config, hasHead);

    /// <inheritdoc />
    public override TensorPlace Resolve(string fileName) => InternVLTensorNames.Resolve(fileName);

    /// <inheritdoc />
    public override string? DescribeNaming(IEnumerable<string> fileNames) => InternVLTensorNames.Detect(fileNames) switch
    {
        InternVLNaming.OpenGVLab => "OpenGVLab tensor names",
        InternVLNaming.HubTransformers => "transformers tensor names, as on the hub",
        InternVLNaming.NewTransformers => "transformers tensor names, newer form",
        _ => null,
    };

    /// <inheritdoc />
    public override IChatTemplate CreateTemplate(string folder, ModelConfig config, BpeTokenizer tokenizer)
    {
        InternVLConfig own = (InternVLConfig)config;
        if (own.Layout == InternVLLayout.Transformers)
        {
            return new InternVLHfChatTemplate(tokenizer);
        }

        return own.Template == InternVL25ChatTemplate.TemplateName
            ? new InternVL25ChatTemplate(tokenizer, own.SystemMessage)
            : throw new InputException(
                Path.Combine(folder, ModelConfigReader.FileName),
                $"template is {(own.Template is null ? "missing or no text" : $"\"{own.Template}\"")}; the one known is \"{InternVL25ChatTemplate.TemplateName}\".");
    }

    /// <inheritdoc />
    internal override ModelConfig? ReadConfig(ConfigSection root, string? folder, List<Problem> problems) => InternVLConfigReader.Read(root, problems);

    /// <inheritdoc />
    public override VisionLanguageModel CreateModel(ModelConfig config, bool hasSeparateHead, Placement placement) =>
        new InternVLModel((InternVLConfig)config, hasSeparateHead, placement);

    /// <inheritdoc />
    internal override IStreamedVision CreateStreamedVision(ModelConfig config, StreamedWeights weights, Placement placement) =>
        new InternVLStreamedVision((InternVLConfig)config, weights, placement);

    /// <inheritdoc />
    internal override (double Held, double Block, double Projector) StreamedTowerSizes(ModelConfig config)
    {
        IReadOnlyList<ExpectedTensor> tensors = Expected(config.WithTowerLayers(1) with { Language = config.Language with { Layers = 1 } }, hasHead: false);
        double Sum(string prefix) => tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Sum(tensor => tensor.EstimatedCount);
        double block = Sum("vision_model.encoder.layers.0.");
        return (2 * block, block, Sum("mlp1."));
    }

    /// <inheritdoc />
    internal override FolderHabits HabitsOf(ModelConfig config)
    {
        InternVLConfig own = (InternVLConfig)config;
        VisionTowerConfig vision = own.Vision;
        bool hasThumbnail = own.MaxTiles > 1 && own.UsesThumbnail;
        return new FolderHabits
        {
            LanguageSection = own.Layout == InternVLLayout.OpenGVLab ? "llm_config" : "text_config",
            ConfigTemplate = own.Template,
            Largest = (own.TokensPerTile * (hasThumbnail ? own.MaxTiles + 1L : own.MaxTiles), FormattableString.Invariant($"{own.MaxTiles} tiles{(own.UsesThumbnail ? " and thumbnail" : "")}")),
            Usual = FormattableString.Invariant($"one square of {own.TileSize} px"),
            Tower = FormattableString.Invariant(
                $"{(vision.Norm == NormKind.LayerNorm ? "LayerNorm" : "RMSNorm")}{(vision.HasQkvBias ? ", qkv bias" : "")}{(vision.HasQkNorm ? ", q/k norm" : "")}, {vision.ImageSize} px in patches of {vision.PatchSize}"),
        };
    }
}
