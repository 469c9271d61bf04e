using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Rendering;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Futures;

/// <summary>
/// Finds what is true of a moment: draws the front picture, and rolls out what comes of each of ego's maneuvers. An instance keeps a renderer: one per thread.
/// </summary>
public sealed class FactFinder
{
    // A lane change is worth its trouble where the own lane allows less than this share of the way.
    private const double ChangeShare = 0.4;

    // Ways that differ by less, in metres, are alike.
    private const double AlikeMetres = 1.5;

    private const double FastSpeed = 6;

    private readonly FactSettings _settings;
    private readonly Camera _camera;
    private readonly SceneRenderer _renderer = new();
    private readonly ObjectFinder _objects;
    private readonly PairFinder _pairs;

    /// <summary>Makes a finder.</summary>
    /// <param name="settings">How; the defaults for null.</param>
    /// <exception cref="Data.Errors.InputException">The settings cannot be.</exception>
    public FactFinder(FactSettings? settings = null)
    {
        _settings = settings ?? new FactSettings();
        _settings.Check();
        _camera = CameraRig.Find(CameraRig.Front, _settings.Rig);
        _objects = new ObjectFinder(_settings);
        _pairs = new PairFinder(_settings.HorizonSeconds);
    }

    /// <summary>Finds the facts of a world's present moment; the world stays as it is.</summary>
    /// <param name="seed">The seed that it was made from; it chooses the picture's noise, too.</param>
    /// <param name="world">The world.</param>
    /// <returns>
    /// The facts; null where ego is off the lanes, where no maneuver is without fault, and where somebody decides whom the picture does not show well: nothing
    /// right can be asked of such a moment.
    /// </returns>
    public SceneFacts? Find(ulong seed, DrivingWorld world)
    {
        WorldState state = world.State;
        if (state.Ego.Lane is not { } place)
        {
            return null;
        }

        Dictionary<EgoManeuver, ManeuverRollout> rollouts = Enum.GetValues<EgoManeuver>()
            .Where(maneuver => ManeuverRollout.HasLane(world, maneuver))
            .ToDictionary(maneuver => maneuver, maneuver => ManeuverRollout.Run(world.Fork(), maneuver, _settings.HorizonSeconds));
        if (Choose(rollouts) is not { } best)
        {
            return null;
        }

        IdentifiedPicture picture = _renderer.RenderWithIds(state, _camera, _settings.Size, _settings.Size, seed);
        (IReadOnlyList<SceneObject> objects, bool isComplete) = _objects.Find(state, picture, rollouts[best]);
        ManeuverRollout keep = rollouts[EgoManeuver.Keep];
        if ((keep.Victim ?? rollouts[EgoManeuver.Accelerate].Victim) is { } victim && objects.All(one => one.Actor.Id != victim))
        {
            return null;
        }

        (PlanReason reason, int? reasonId) = Explain(rollouts, objects);
        Lane lane = state.Map.Lanes[place.Lane];
        return new SceneFacts
        {
            Seed = seed,
            State = state,
            Picture = picture,
            Objects = objects,
            IsComplete = isComplete,
            Light = LightOf(state),
            HasCrossing = state.Map.Crossings.Any(crossing => IsInView(state, (crossing.From + crossing.To) * 0.5)),
            LeftLineIsDashed = lane.LeftLane is null ? null : lane.LeftLine == LaneLine.Dashed,
            RightLineIsDashed = lane.RightLane is null ? null : lane.RightLine == LaneLine.Dashed,
            IsFast = state.Ego.Speed > FastSpeed,
            Futures = [.. Enum.GetValues<EgoManeuver>().Select(maneuver => Judge(maneuver, rollouts, best))],
            Best = best,
            Reason = reason,
            ReasonObject = Object(reasonId),
            Critical = Object(CriticalOf(rollouts, objects, reasonId)),
            Pairs = _pairs.Find(world, best, rollouts[best], objects),
        };

        SceneObject? Object(int? id) => objects.FirstOrDefault(one => one.Actor.Id == id);
    }

    private static EgoManeuver? Choose(Dictionary<EgoManeuver, ManeuverRollout> rollouts)
    {
        EgoManeuver[] safe = [.. rollouts.Where(rollout => rollout.Value.Fault == ManeuverFault.None).Select(rollout => rollout.Key)];
        if (safe.Length == 0)
        {
            return null;
        }

        // Where two make the same way, the calmer one comes first, and no lane is changed without need.
        EgoManeuver[] inLane = [.. ((EgoManeuver[])[EgoManeuver.Keep, EgoManeuver.Accelerate, EgoManeuver.Brake, EgoManeuver.Stop]).Where(safe.Contains)];
        EgoManeuver[] changes = [.. ((EgoManeuver[])[EgoManeuver.ChangeLeft, EgoManeuver.ChangeRight]).Where(safe.Contains)];
        EgoManeuver? straight = Farthest(inLane);
        EgoManeuver? aside = Farthest(changes);
        return straight is null || (aside is { } change && rollouts[straight.Value].Progress < ChangeShare * rollouts[change].Progress) ? aside : straight;

        EgoManeuver? Farthest(EgoManeuver[] among) =>
            among.Length == 0 ? null : among.First(one => rollouts[one].Progress > among.Max(other => rollouts[other].Progress) - AlikeMetres);
    }

    private static ManeuverFuture Judge(EgoManeuver maneuver, Dictionary<EgoManeuver, ManeuverRollout> rollouts, EgoManeuver best)
    {
        if (!rollouts.TryGetValue(maneuver, out ManeuverRollout? rollout))
        {
            return new ManeuverFuture(maneuver, ManeuverFault.NoLane, null, 0);
        }

        bool isSlower = rollout.Progress < rollouts[best].Progress - AlikeMetres;
        ManeuverFault fault = maneuver != best && rollout.Fault == ManeuverFault.None && isSlower ? ManeuverFault.NoProgress : rollout.Fault;
        return new ManeuverFuture(maneuver, fault, rollout.Victim, rollout.Progress);
    }

    // Whoever hinders keeping on, else whoever hinders going faster, gives the reason.
    private static (PlanReason Reason, int? Id) Explain(Dictionary<EgoManeuver, ManeuverRollout> rollouts, IReadOnlyList<SceneObject> objects)
    {
        ManeuverRollout keep = rollouts[EgoManeuver.Keep];
        if (objects.FirstOrDefault(one => one.Actor.Id == keep.Victim) is { Actor.Kind: ActorKind.Pedestrian } walker)
        {
            return (PlanReason.PersonCrosses, walker.Actor.Id);
        }

        if (keep.PassesRed)
        {
            return (PlanReason.RedLight, null);
        }

        int? id = keep.Victim ?? rollouts[EgoManeuver.Accelerate].Victim;
        if (objects.FirstOrDefault(one => one.Actor.Id == id) is not { } named)
        {
            return (rollouts[EgoManeuver.Accelerate].PassesRed ? PlanReason.RedLight : PlanReason.RoadClear, null);
        }

        return (named.Motion switch
        {
            _ when named.Actor.Kind == ActorKind.Pedestrian => PlanReason.PersonCrosses,
            _ when named.Side != LaneSide.Ego => PlanReason.MergesAhead,
            Motion.Stopped => PlanReason.StoppedAhead,
            Motion.Braking => PlanReason.BrakingAhead,
            _ => PlanReason.MovingAhead,
        }, id);
    }

    // Whom ego would hit first by keeping on, else by going faster; else whoever is next ahead in its lane.
    private static int? CriticalOf(Dictionary<EgoManeuver, ManeuverRollout> rollouts, IReadOnlyList<SceneObject> objects, int? reason) =>
        reason ?? rollouts[EgoManeuver.Keep].Victim ?? rollouts[EgoManeuver.Accelerate].Victim
        ?? objects.FirstOrDefault(one => one.Side == LaneSide.Ego)?.Actor.Id;

    private static LightView LightOf(WorldState state)
    {
        // The light that stands at the end of ego's lane, or of those that follow before a junction.
        foreach (int id in state.Route)
        {
            Lane lane = state.Map.Lanes[id];
            if (lane.Turn is not null)
            {
                return LightView.None;
            }

            if (lane.Signal is { } signal)
            {
                return !IsInView(state, state.Map.Signals[signal].Pose.Position) ? LightView.None : state.Signals[signal] switch
                {
                    SignalPhase.Red => LightView.Red,
                    SignalPhase.Yellow => LightView.Yellow,
                    _ => LightView.Green,
                };
            }
        }

        return LightView.None;
    }

    private static bool IsInView(WorldState state, Vector point)
    {
        const double FarthestMetres = 45;
        Vector local = state.Ego.Pose.ToLocal(point);
        return local.X > 8 && local.X < FarthestMetres && Math.Abs(local.Y) < 0.5 * local.X;
    }
}
