using DriveKD.Models.Families;

namespace DriveKD.Models.Streaming;

/// <summary>
/// How large the parts of a model are that are read at once, from its config alone. In doubles: a config is not trusted, and no size may overflow.
/// </summary>
public sealed record StreamedSizes
{
    private readonly TowerShape _tower;
    private readonly double _block;

    private StreamedSizes(TowerShape tower, double block) => (_tower, _block) = (tower, block);

    /// <summary>Numbers of a decoder layer.</summary>
    public required double Layer { get; init; }

    /// <summary>Numbers of the vision tower that are in memory at once.</summary>
    public required double Tower { get; init; }

    /// <summary>Numbers of the projector.</summary>
    public required double Projector { get; init; }

    /// <summary>Numbers of the head, or of the embedding that serves as one.</summary>
    public required double Head { get; init; }

    /// <summary>The most numbers that are in memory at once: two decoder layers, parts of the tower, the projector, or where it is read the head.</summary>
    /// <param name="readsHead">Whether the head is read.</param>
    public double Largest(bool readsHead) => Math.Max(Math.Max(Math.Max(2 * Layer, Tower), Projector), readsHead ? Head : 0);

    /// <summary>Multiplications for a picture in the tower, about.</summary>
    /// <param name="tokens">Its image tokens.</param>
    public double PictureWork(double tokens) => _tower.Layers * BlockWork(tokens);

    /// <summary>Multiplications for a picture in one block of the tower, about.</summary>
    /// <param name="tokens">Its image tokens.</param>
    public double BlockWork(double tokens) => _block * _tower.PatchesOf(tokens);

    /// <summary>Measures a model.</summary>
    /// <param name="config">Its shape.</param>
    public static StreamedSizes Of(ModelConfig config)
    {
        // Every layer has the same shapes.
        ModelConfig one = config with { Language = config.Language with { Layers = 1 } };
        (double tower, double block, double projector) = config.Family.StreamedTowerSizes(config);
        return new StreamedSizes(config.Tower, block)
        {
            Layer = config.Family.Expected(one.WithTowerLayers(1), hasHead: false).Where(tensor => config.Family.Names.IsOfLayers(tensor.Name))
                .Sum(tensor => tensor.EstimatedCount),
            Tower = tower,
            Projector = projector,
            Head = (double)config.Language.VocabularySize * config.Language.HiddenSize,
        };
    }
}
