using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Evaluation.Deployment;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>A model folder as the planner sees it. config.json is enough; where weights are there, they say whether the head is one of its own.</summary>
/// <param name="Config">Its config.</param>
/// <param name="Shape">What memory and arithmetic follow from.</param>
internal sealed record PlannedModel(ModelConfig Config, ModelShape Shape)
{
    /// <summary>Reads a folder.</summary>
    /// <param name="folder">A folder with config.json.</param>
    /// <param name="bytesPerValue">Bytes per weight; null for what the config names.</param>
    /// <param name="limits">Areas of pictures in place of the model's own; null for these.</param>
    /// <param name="picture">How a picture stands in a prompt; null for the usual.</param>
    /// <param name="where">What gives the limits, for messages; null for the options.</param>
    /// <exception cref="InputException">The config cannot be read, or is of another family.</exception>
    public static PlannedModel Read(string folder, double? bytesPerValue, PixelLimits? limits = null, Func<ModelConfig, PictureLayout>? picture = null, (string Min, string Max)? where = null)
    {
        ModelConfig config = ModelConfigReader.Read(folder, limits, where ?? ("--min-pixels", "--max-pixels"));
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        PictureLayout layout = picture?.Invoke(config) ?? config.UsualPicture;
        return new PlannedModel(config, ShapeOf(config, name, IsTied(folder, config), layout) with { BytesPerValue = bytesPerValue ?? (config.DType == "float32" ? 4 : 2) });
    }

    /// <summary>The shape of a config.</summary>
    /// <param name="config">The config.</param>
    /// <param name="name">What the model is called.</param>
    /// <param name="isTied">Its head is the embedding.</param>
    /// <param name="picture">How a picture stands in a prompt.</param>
    public static ModelShape ShapeOf(ModelConfig config, string name, bool isTied, PictureLayout picture)
    {
        TowerShape tower = config.Tower;
        LanguageModelConfig language = config.Language;
        double positions = tower.PatchesOf(picture.TokensPerTile);
        double share = tower.Layers == 0 ? 1 : (double)tower.WholeBlocks / tower.Layers;
        return new ModelShape
        {
            Name = name,
            Layers = language.Layers,
            Width = language.HiddenSize,
            Heads = language.Heads,
            KeyValueHeads = language.KeyValueHeads,
            HeadWidth = language.HeadSize,
            Intermediate = language.IntermediateSize,
            Vocabulary = language.VocabularySize,
            IsHeadTied = isTied,
            Vision = new VisionShape
            {
                Layers = tower.Layers,
                Width = tower.Width,
                Intermediate = tower.Intermediate,
                IsGated = tower.MlpMatrices == 3,
                HasQkvBias = tower.HasQkvBias,
                HasQkNorm = tower.HasQkNorm,
                NormsHaveBias = tower.NormsHaveBias,
                HasLayerScale = tower.HasLayerScale,
                EmbeddingParameters = tower.EmbeddingParameters,
                PositionsPerUnit = (int)positions,
                AttendedPositions = (share * positions) + ((1 - share) * tower.WindowPatches),
                TokensPerUnit = picture.TokensPerTile,
                ProjectorInputs = config.ProjectorInputs,
                ProjectorHidden = tower.ProjectorHidden,
                ProjectorNormParameters = tower.ProjectorNormParameters,
            },
        };
    }

    /// <summary>Configs of the transformers layout call a head tied that is stored all the same.</summary>
    private static bool IsTied(string folder, ModelConfig config)
    {
        try
        {
            using Checkpoint checkpoint = Checkpoint.Open(folder);
            return !CheckpointLoader.HasSeparateHead(checkpoint, config);
        }
        catch (InputException)
        {
            // No weights, or not all of them: a plan needs none, and the config's word is taken.
            return config.Language.TiesWordEmbeddings;
        }
    }
}
