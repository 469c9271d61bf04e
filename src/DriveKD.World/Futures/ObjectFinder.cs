using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Rendering;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Futures;

/// <summary>Names what the front picture shows: place, distance, motion.</summary>
/// <param name="settings">Checked ones.</param>
internal sealed class ObjectFinder(FactSettings settings)
{
    // Metres from the camera to an actor's back at which the first two bands end.
    private const double NearMetres = 14;
    private const double MiddleMetres = 22.5;

    // Whoever shows less than this cannot be noticed by anybody, in pixels at a size of 84.
    private const double NoticedPixels = 1;

    private readonly double _cameraAhead = CameraRig.Find(CameraRig.Front, settings.Rig).Position.X;

    /// <summary>Everybody that the picture shows, with what it does next left to a rollout.</summary>
    /// <returns>The objects, nearest first, and whether nobody on or beside the road is seen too badly to be one.</returns>
    public (IReadOnlyList<SceneObject> Objects, bool IsComplete) Find(WorldState state, IdentifiedPicture picture, ManeuverRollout future)
    {
        double scale = settings.Size / 84.0 * (settings.Size / 84.0);
        List<(ActorState Actor, Visibility Seen, LaneSide Side, DistanceBand Band, double Ahead, bool IsClear)> all = [];
        foreach ((ActorState actor, Visibility seen) in state.Actors.Zip(picture.Actors))
        {
            (double ahead, double left) = Place(state, actor);
            if (seen.OwnPixels < NoticedPixels * scale || ahead < 0 || ahead > settings.FarthestMetres)
            {
                continue;
            }

            DistanceBand band = ahead < NearMetres ? DistanceBand.Near : ahead < MiddleMetres ? DistanceBand.Middle : DistanceBand.Far;
            bool isClear = seen.Share >= settings.LeastVisibleShare && seen.VisiblePixels >= settings.LeastPixels * scale;
            all.Add((actor, seen, Side(state, actor, left), band, ahead, isClear));
        }

        SceneObject[] objects =
        [
            .. all.Where(one => one.IsClear).OrderBy(one => one.Ahead).Select(one => new SceneObject
            {
                Actor = one.Actor,
                Side = one.Side,
                Band = one.Band,
                Motion = MotionOf(one.Actor),
                Next = Next(one.Actor, future.Outcomes[one.Actor.Id]),
                Seen = one.Seen,
                IsUnique = all.Count(other => other.Actor.Kind == one.Actor.Kind && other.Side == one.Side && other.Band == one.Band) == 1,
            }),
        ];
        return (objects, all.TrueForAll(one => one.IsClear));
    }

    /// <summary>What a picture shows of how an actor moves.</summary>
    public static Motion MotionOf(ActorState actor) => actor.Kind switch
    {
        ActorKind.Pedestrian => actor.Speed > 0.1 ? Motion.Walking : Motion.Standing,
        ActorKind.Cone => Motion.Standing,
        _ => actor.Indicator switch
        {
            Indicator.Hazard => Motion.Stopped,
            Indicator.Left => Motion.SignalsLeft,
            Indicator.Right => Motion.SignalsRight,
            _ => actor.IsBraking ? Motion.Braking : Motion.Moving,
        },
    };

    /// <summary>What an actor did in a rollout.</summary>
    public static Outcome Next(ActorState actor, ActorOutcome future)
    {
        const double Rest = 0.9;
        if (actor.Kind == ActorKind.Pedestrian)
        {
            return future.HasCrossed ? Outcome.Crosses
                : actor.Intent == Intent.Wait || (future.Metres < 0.1 && actor.Intent == Intent.Stay) ? Outcome.WaitsAtKerb
                : future.Metres < 0.1 ? Outcome.Stays : Outcome.WalksOn;
        }

        if (actor.Kind == ActorKind.Cone)
        {
            return Outcome.Stays;
        }

        if (future.Change != 0)
        {
            return future.Change < 0 ? Outcome.ChangesLeft : Outcome.ChangesRight;
        }

        if (future.Turn != 0)
        {
            return future.Turn < 0 ? Outcome.TurnsLeft : Outcome.TurnsRight;
        }

        if (future.StartSpeed < 0.3)
        {
            return future.EndSpeed > Rest ? Outcome.StartsMoving : Outcome.Stays;
        }

        return future.EndSpeed < Rest ? Outcome.Stops
            : actor.Intent is Intent.ChangeLeft or Intent.ChangeRight ? Outcome.WaitsForGap
            : future.EndSpeed < 0.75 * future.StartSpeed ? Outcome.SlowsDown : Outcome.KeepsGoing;
    }

    /// <summary>How far an actor's back, or a person, is ahead of the camera, and how far to the left of ego's line, in metres.</summary>
    public (double Ahead, double Left) Place(WorldState state, ActorState actor)
    {
        Vector local = state.Ego.Pose.ToLocal(actor.Pose.Position);
        return (local.X - _cameraAhead - (actor.Kind is ActorKind.Pedestrian or ActorKind.Cone ? 0 : 0.5 * actor.Length), local.Y);
    }

    private static LaneSide Side(WorldState state, ActorState actor, double left)
    {
        bool isAlong = actor.Pose.Direction.Dot(state.Ego.Pose.Direction) > 0.7;
        if (actor.Kind == ActorKind.Pedestrian && !IsOnCrossing(state, actor))
        {
            return left > 0 ? LaneSide.LeftRoadside : LaneSide.RightRoadside;
        }

        Lane? lane = state.Ego.Lane is { } place ? state.Map.Lanes[place.Lane] : null;
        double half = 0.5 * (lane?.Width ?? 3.4);
        if (actor.Kind is not ActorKind.Pedestrian and not ActorKind.Cone && !isAlong)
        {
            return LaneSide.Elsewhere;
        }

        return Math.Abs(left) <= half ? LaneSide.Ego
            : left > 0 && left <= 3 * half && lane?.LeftLane is not null ? LaneSide.Left
            : left < 0 && left >= -3 * half && lane?.RightLane is not null ? LaneSide.Right
            : LaneSide.Elsewhere;
    }

    private static bool IsOnCrossing(WorldState state, ActorState actor)
    {
        foreach (Crossing crossing in state.Map.Crossings)
        {
            Vector middle = (crossing.From + crossing.To) * 0.5;
            Vector across = (crossing.To - crossing.From).Unit;
            Vector between = actor.Pose.Position - middle;
            if (Math.Abs(between.Dot(across)) < 0.5 * (crossing.To - crossing.From).Length && Math.Abs(between.Cross(across)) < 0.5 * crossing.Width + 1)
            {
                return true;
            }
        }

        return false;
    }
}
