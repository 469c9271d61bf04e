namespace DriveKD.Models.InternVL.Streaming;

/// <summary>
/// How large the parts of a model are that are read at once, from its config alone. In doubles: a config is not trusted, and no size may overflow.
/// </summary>
public sealed record StreamedSizes
{
    private const string LayerPrefix = "language_model.model.layers.0.";
    private const string BlockPrefix = "vision_model.encoder.layers.0.";

    private StreamedSizes()
    {
    }

    /// <summary>Numbers of a decoder layer.</summary>
    public required double Layer { get; init; }

    /// <summary>Numbers of a block of the vision tower.</summary>
    public required double Block { get; init; }

    /// <summary>Numbers of the projector.</summary>
    public required double Projector { get; init; }

    /// <summary>Numbers of the head, or of the embedding that serves as one.</summary>
    public required double Head { get; init; }

    /// <summary>Blocks of the tower that are run.</summary>
    public required int TowerDepth { get; init; }

    /// <summary>Patches of a picture and the class token.</summary>
    public required double TowerTokens { get; init; }

    /// <summary>The most numbers that are in memory at once: two blocks or layers, the projector, or where it is read the head.</summary>
    /// <param name="readsHead">Whether the head is read.</param>
    public double Largest(bool readsHead) => Math.Max(Math.Max(2 * Math.Max(Layer, Block), Projector), readsHead ? Head : 0);

    /// <summary>Multiplications for a picture in the tower, about.</summary>
    public double PictureWork => TowerDepth * BlockWork;

    /// <summary>Multiplications for a picture in one block of the tower, about.</summary>
    public double BlockWork => Block * TowerTokens;

    /// <summary>Measures a model.</summary>
    /// <param name="config">Its shape.</param>
    public static StreamedSizes Of(InternVLConfig config)
    {
        // Every layer has the same shapes.
        IReadOnlyList<ExpectedTensor> tensors = InternVLTensors.Expected(
            config with { Vision = config.Vision with { Layers = 1 }, Language = config.Language with { Layers = 1 } }, hasHead: false);
        double Sum(string prefix) => tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Sum(tensor => tensor.Shape.Aggregate(1.0, (product, size) => product * size));
        double side = config.TileSize / config.Vision.PatchSize;
        return new StreamedSizes
        {
            Layer = Sum(LayerPrefix),
            Block = Sum(BlockPrefix),
            Projector = Sum("mlp1."),
            Head = (double)config.Language.VocabularySize * config.Language.HiddenSize,
            TowerDepth = DepthOf(config),
            TowerTokens = (side * side) + 1,
        };
    }

    /// <summary>Blocks of the tower up to the hidden state that is used.</summary>
    internal static int DepthOf(InternVLConfig config) =>
        config.SelectLayer >= 0 ? config.SelectLayer : config.Vision.Layers + 1 + config.SelectLayer;
}
