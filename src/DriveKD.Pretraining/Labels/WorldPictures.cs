using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Futures;
using DriveKD.World.Questions;
using DriveKD.World.Scenes;

namespace DriveKD.Pretraining.Labels;

/// <summary>
/// The front camera's pictures of the driving world, and what they show: of each image token whose it mostly is, its colour, how it moves,
/// on which side and how far; of the picture ego's light, the crossing, both lane lines and whether somebody crosses.
/// </summary>
public sealed class WorldPictures : ILabelledPictures
{
    private const double PictureWeight = 0.2;

    // Of many thousand lessons hardly one is followed by three that cannot be asked about.
    private const int MostTries = 200;

    private readonly WorldSettings _settings;
    private readonly Lock _lock = new();
    private (int Side, SceneSource Source)? _source;

    /// <param name="settings">What scenes are drawn from; lessons where null.</param>
    public WorldPictures(WorldSettings? settings = null)
    {
        _settings = settings ?? new WorldSettings { Difficulty = Difficulty.Lesson };
        _settings.Check();
    }

    /// <inheritdoc />
    public LabelScheme Scheme { get; } = new()
    {
        Tokens =
        [
            new LabelHead("kind", ["nothing", .. Names<ActorKind>()]),
            new LabelHead("color", ["nothing", .. Names<ActorColor>()]),
            // Lamps are a few pixels: the hardest thing to see, and most questions ask for it.
            new LabelHead("motion", ["nothing", .. Names<Motion>()], Weight: 3),
            new LabelHead("side", ["nothing", .. Names<LaneSide>()]),
            new LabelHead("distance", ["nothing", .. Names<DistanceBand>()]),
        ],
        Pictures =
        [
            new LabelHead("light", [.. Names<LightView>()], PictureWeight),
            new LabelHead("crossing", ["no", "yes"], PictureWeight),
            new LabelHead("left_line", ["none", "dashed", "solid"], PictureWeight),
            new LabelHead("right_line", ["none", "dashed", "solid"], PictureWeight),
            new LabelHead("somebody_crosses", ["no", "yes"], PictureWeight),
        ],
    };

    /// <inheritdoc />
    public LabelledPicture Create(ulong seed, int side, int tokensPerSide)
    {
        SceneFacts facts = Find(SourceOf(side), seed);
        DenseLabels labels = DenseLabeler.Label(facts, tokensPerSide);
        IReadOnlyList<sbyte>[] heads = [labels.Kinds, labels.Colors, labels.Motions, labels.Sides, labels.Bands];
        return new LabelledPicture(
            facts.Picture.Image,
            [.. Enumerable.Range(0, labels.Kinds.Count).SelectMany(token => heads.Select(head => (int)head[token]))],
            [(int)labels.Light, labels.HasCrossing ? 1 : 0, labels.LeftLine, labels.RightLine, labels.SomebodyCrosses ? 1 : 0]);
    }

    /// <summary>A seed whose scene nothing right can be said of is followed by others, drawn from it.</summary>
    private static SceneFacts Find(SceneSource source, ulong seed)
    {
        SeedStreams streams = new(unchecked((long)seed));
        for (int i = 0; i < MostTries; i++)
        {
            if (source.Find(i == 0 ? seed : streams.Derive($"again-{i}")) is { } facts)
            {
                return facts;
            }
        }

        throw new InvalidOperationException($"None of {MostTries} scenes after seed {seed} can be labelled.");
    }

    private SceneSource SourceOf(int side)
    {
        lock (_lock)
        {
            if (_source is not { } known || known.Side != side)
            {
                _source = known = (side, SceneSource.Simulate(_settings, new FactSettings { Size = side }));
            }

            return known.Source;
        }
    }

    private static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());
}
