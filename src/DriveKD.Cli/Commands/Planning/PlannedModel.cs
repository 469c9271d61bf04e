using DriveKD.Data.Errors;
using DriveKD.Evaluation.Deployment;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.InternVL;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>A model folder as the planner sees it. config.json is enough; where weights are there, they say whether the head is one of its own.</summary>
/// <param name="Config">Its config.</param>
/// <param name="Shape">What memory and arithmetic follow from.</param>
internal sealed record PlannedModel(InternVLConfig Config, ModelShape Shape)
{
    /// <summary>Reads a folder.</summary>
    /// <param name="folder">A folder with config.json.</param>
    /// <param name="bytesPerValue">Bytes per weight; null for what the config names.</param>
    /// <exception cref="InputException">The config cannot be read, or is of another family.</exception>
    public static PlannedModel Read(string folder, double? bytesPerValue)
    {
        InternVLConfig config = InternVLConfigReader.Read(folder);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new PlannedModel(config, ShapeOf(config, name, IsTied(folder, config)) with { BytesPerValue = bytesPerValue ?? (config.DType == "float32" ? 4 : 2) });
    }

    /// <summary>The shape of an InternVL config.</summary>
    /// <param name="config">The config.</param>
    /// <param name="name">What the model is called.</param>
    /// <param name="isTied">Its head is the embedding.</param>
    public static ModelShape ShapeOf(InternVLConfig config, string name, bool isTied)
    {
        VisionTowerConfig vision = config.Vision;
        LanguageModelConfig language = config.Language;
        int side = config.TileSize / vision.PatchSize;
        int positions = (side * side) + 1;
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
                Layers = vision.Layers,
                Width = vision.HiddenSize,
                Intermediate = vision.IntermediateSize,
                HasQkvBias = vision.HasQkvBias,
                HasQkNorm = vision.HasQkNorm,
                NormsHaveBias = vision.Norm == NormKind.LayerNorm,
                HasLayerScale = true,
                EmbeddingParameters = (long)vision.HiddenSize * ((3L * vision.PatchSize * vision.PatchSize) + 2 + ((long)vision.GridSize * vision.GridSize) + 1),
                PositionsPerUnit = positions,
                AttendedPositions = positions,
                TokensPerUnit = config.TokensPerTile,
                ProjectorInputs = config.ShuffledSize,
                ProjectorHidden = language.HiddenSize,
                ProjectorNormParameters = 2 * config.ShuffledSize,
            },
        };
    }

    /// <summary>Configs of the transformers layout call a head tied that is stored all the same.</summary>
    private static bool IsTied(string folder, InternVLConfig config)
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
