using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Futures;
using DriveKD.World.Geometry;
using DriveKD.World.Rendering;
using DriveKD.World.Scenes;

namespace DriveKD.Pretraining.Labels;

/// <summary>
/// The front camera's pictures of the driving world, and what they show: of each image token whose it mostly is, its colour, how it moves,
/// on which side and how far; of the picture its light, its weather and whether there is anybody on foot. Not for several threads at once.
/// </summary>
public sealed class WorldPictures : ILabelledPictures
{
    // A scene is filmed after a while, when its traffic has sorted itself.
    private const int LeastSteps = 10;
    private const int MostSteps = 80;

    /// <summary>Of the pixels of a token: fewer show nothing that could be named.</summary>
    private const double LeastShare = 0.025;

    private const double HalfLane = 1.75;
    private const double NearMetres = 14;
    private const double MiddleMetres = 24;
    private const double WalkingSpeed = 0.2;

    private static readonly Camera _camera = CameraRig.Find(CameraRig.Front, RigSettings.Raised);

    private readonly SceneRenderer _renderer = new();
    private readonly WorldSettings? _settings;

    /// <param name="settings">What scenes are drawn from; the world's own where null.</param>
    public WorldPictures(WorldSettings? settings = null) => _settings = settings;

    /// <inheritdoc />
    public LabelScheme Scheme { get; } = new()
    {
        Tokens =
        [
            new LabelHead("kind", ["nothing", .. Names<ActorKind>()]),
            new LabelHead("color", ["none", .. Names<ActorColor>()]),
            // Lamps are a few pixels: the hardest thing to see, and most questions ask for it.
            new LabelHead("motion", ["none", .. Names<Motion>()], Weight: 3),
            new LabelHead("side", ["none", "left", "ahead", "right"]),
            new LabelHead("distance", ["none", .. Names<DistanceBand>()]),
        ],
        Pictures =
        [
            new LabelHead("time_of_day", [.. Names<TimeOfDay>()], Weight: 0.2),
            new LabelHead("weather", [.. Names<Weather>()], Weight: 0.2),
            new LabelHead("people", ["no", "yes"], Weight: 0.2),
        ],
    };

    /// <inheritdoc />
    public LabelledPicture Create(ulong seed, int side, int tokensPerSide)
    {
        RandomStream random = new(seed);
        DrivingWorld world = DrivingWorld.Create(random.NextBits(), _settings);
        int steps = LeastSteps + random.NextInt(MostSteps - LeastSteps + 1);
        for (int i = 0; i < steps; i++)
        {
            world.StepWithDriver();
        }

        WorldState state = world.State;
        IdentifiedPicture picture = _renderer.RenderWithIds(state, _camera, side, side, random.NextBits());
        Dictionary<int, ActorState> actors = state.Actors.ToDictionary(actor => actor.Id);
        int heads = Scheme.Tokens.Count;
        int[] labels = new int[tokensPerSide * tokensPerSide * heads];
        bool hasPeople = false;
        for (int token = 0; token < tokensPerSide * tokensPerSide; token++)
        {
            if (OwnerOf(picture.Ids, side, tokensPerSide, token) is int id)
            {
                Label(actors[id], state.Ego, labels.AsSpan(token * heads, heads));
                hasPeople |= actors[id].Kind == ActorKind.Pedestrian;
            }
        }

        return new LabelledPicture(picture.Image, labels, [(int)state.TimeOfDay, (int)state.Weather, hasPeople ? 1 : 0]);
    }

    /// <summary>The actor that has most pixels of a token, if it has enough of them.</summary>
    private static int? OwnerOf(int[] ids, int side, int tokensPerSide, int token)
    {
        int size = side / tokensPerSide;
        int top = token / tokensPerSide * size;
        int left = token % tokensPerSide * size;
        Dictionary<int, int> pixels = [];
        for (int row = top; row < top + size; row++)
        {
            for (int column = left; column < left + size; column++)
            {
                if (ids[(row * side) + column] is > 0 and int id)
                {
                    pixels[id] = pixels.GetValueOrDefault(id) + 1;
                }
            }
        }

        if (pixels.Count == 0)
        {
            return null;
        }

        // Of equals the lower id, whatever the order of a dictionary.
        (int owner, int most) = pixels.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Select(entry => (entry.Key, entry.Value)).First();
        return most >= LeastShare * size * size ? owner - 1 : null;
    }

    private static void Label(ActorState actor, ActorState ego, Span<int> labels)
    {
        Vector offset = ego.Pose.ToLocal(actor.Pose.Position);
        labels[0] = 1 + (int)actor.Kind;
        labels[1] = 1 + (int)actor.Color;
        labels[2] = 1 + (int)MotionOf(actor);
        labels[3] = offset.Y > HalfLane ? 1 : offset.Y >= -HalfLane ? 2 : 3;
        labels[4] = 1 + (int)(offset.X < NearMetres ? DistanceBand.Near : offset.X < MiddleMetres ? DistanceBand.Middle : DistanceBand.Far);
    }

    private static Motion MotionOf(ActorState actor) => actor switch
    {
        { Kind: ActorKind.Cone } => Motion.Standing,
        { Kind: ActorKind.Pedestrian } => actor.Speed > WalkingSpeed ? Motion.Walking : Motion.Standing,
        { Indicator: Indicator.Hazard } => Motion.Stopped,
        { Indicator: Indicator.Left } => Motion.SignalsLeft,
        { Indicator: Indicator.Right } => Motion.SignalsRight,
        { IsBraking: true } => Motion.Braking,
        _ => Motion.Moving,
    };

    private static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());
}
