using DriveKD.World.Actors;
using DriveKD.World.Geometry;
using DriveKD.World.Scenes;

namespace DriveKD.World.Futures;

/// <summary>Finds who has to let whom go first: with the other taken out of the world, it goes on otherwise.</summary>
/// <param name="seconds">How far futures are rolled out.</param>
internal sealed class PairFinder(double seconds)
{
    // Others farther away have nothing to do with each other, in metres along and across.
    private const double CloseAlong = 13;
    private const double CloseAcross = 4.2;

    // Metres that an actor makes more without the other.
    private const double GainedMetres = 1;

    /// <summary>Finds pairs of vehicles and people.</summary>
    /// <param name="world">The moment.</param>
    /// <param name="best">What ego does in all futures.</param>
    /// <param name="real">The future with everybody.</param>
    /// <param name="objects">Who may be asked about.</param>
    public IReadOnlyList<YieldPair> Find(DrivingWorld world, EgoManeuver best, ManeuverRollout real, IReadOnlyList<SceneObject> objects)
    {
        Vector ahead = world.State.Ego.Pose.Direction;
        List<YieldPair> pairs = [];
        foreach (SceneObject other in objects)
        {
            ManeuverRollout? without = null;
            foreach (SceneObject actor in objects.Where(actor => actor != other && actor.Actor.Kind is not (ActorKind.Pedestrian or ActorKind.Cone)))
            {
                Vector between = other.Actor.Pose.Position - actor.Actor.Pose.Position;
                bool isClose = Math.Abs(between.Dot(ahead)) < CloseAlong && Math.Abs(between.Cross(ahead)) < CloseAcross
                    && between.Dot(ahead) > -0.5 * (actor.Actor.Length + other.Actor.Length);
                bool canMeet = isClose || other.Actor.Intent is Intent.Cross or Intent.Wait;
                if (canMeet && actor.Motion != Motion.Stopped)
                {
                    without ??= ManeuverRollout.Run(world.ForkWithout(other.Actor.Id), best, seconds);
                }

                bool yields = canMeet && actor.Motion != Motion.Stopped
                    && Differs(actor.Actor, real.Outcomes[actor.Actor.Id], without!.Outcomes[actor.Actor.Id]);
                pairs.Add(new YieldPair(actor.Actor.Id, other.Actor.Id, yields, isClose));
            }
        }

        return pairs;
    }

    private static bool Differs(ActorState actor, ActorOutcome real, ActorOutcome without) =>
        (without.Change != 0 && real.Change == 0 && ObjectFinder.Next(actor, real) == Outcome.WaitsForGap) || without.Metres > real.Metres + GainedMetres;
}
