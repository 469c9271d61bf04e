using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Futures;
using DriveKD.World.Geometry;
using DriveKD.World.Questions;
using DriveKD.World.Rendering;
using DriveKD.World.Scenes;
using DriveKD.World.Tests.Rendering;

namespace DriveKD.World.Tests.Questions;

/// <summary>Facts that agree with each other but were not simulated: a world's map and light, actors set on a grid ahead of ego, futures drawn by lot.</summary>
internal static class MadeUpFacts
{
    public const int Side = 84;

    private static readonly double[] _metres = [10, 16, 26];
    private static readonly ThreadLocal<SceneRenderer> _renderers = new(() => new SceneRenderer());

    public static SceneSource Source { get; } = new() { Find = seed => seed % 7 == 0 ? null : Find(seed), Rig = RigSettings.Raised };

    public static SceneFacts Find(ulong seed)
    {
        RandomStream random = new(seed);
        WorldState real = DrivingWorld.Create(seed % 8).State;
        List<(ActorState Actor, LaneSide Side, DistanceBand Band, Motion Motion, Outcome Next)> drawn = [];
        foreach (LaneSide side in Enum.GetValues<LaneSide>().Where(side => side != LaneSide.Elsewhere))
        {
            foreach (DistanceBand band in Enum.GetValues<DistanceBand>().Where(_ => random.NextDouble() < 0.4))
            {
                drawn.Add(Draw(random, real.Ego.Pose, drawn.Count + 1, side, band));
            }
        }

        WorldState state = real with { Actors = [.. drawn.Select(item => item.Actor)] };
        IdentifiedPicture picture = _renderers.Value!.RenderWithIds(state, CameraRig.Find(CameraRig.Front, RigSettings.Raised), Side, Side, seed);
        SceneObject[] objects =
        [
            .. drawn.OrderBy(item => item.Band).Select(item => new SceneObject
            {
                Actor = item.Actor, Side = item.Side, Band = item.Band, Motion = item.Motion, Next = item.Next, Seen = picture.Find(item.Actor.Id), IsUnique = item.Actor.Id % 6 != 0,
            }),
        ];
        return Decide(random, seed, state, picture, objects);
    }

    private static SceneFacts Decide(RandomStream random, ulong seed, WorldState state, IdentifiedPicture picture, SceneObject[] objects)
    {
        SceneObject? ahead = objects.FirstOrDefault(item => item.Side == LaneSide.Ego && WorldWords.IsVehicle(item.Actor.Kind));
        LightView light = (LightView)random.NextInt(4);
        (EgoManeuver best, PlanReason reason) = light == LightView.Red ? (EgoManeuver.Stop, PlanReason.RedLight)
            : ahead is null ? (random.NextInt(2) == 0 ? EgoManeuver.Keep : EgoManeuver.Accelerate, PlanReason.RoadClear)
            : ahead.Motion switch
            {
                Motion.Stopped => (random.NextInt(2) == 0 ? EgoManeuver.ChangeLeft : EgoManeuver.Stop, PlanReason.StoppedAhead),
                Motion.Braking => (EgoManeuver.Brake, PlanReason.BrakingAhead),
                _ => (EgoManeuver.Keep, PlanReason.MovingAhead),
            };
        ManeuverFault[] faults = [ManeuverFault.None, ManeuverFault.NoProgress, ManeuverFault.Collision, ManeuverFault.SolidLine];
        return new SceneFacts
        {
            Seed = seed,
            State = state,
            Picture = picture,
            Objects = objects,
            IsComplete = random.NextInt(5) > 0,
            Light = light,
            HasCrossing = random.NextInt(2) == 0,
            LeftLineIsDashed = random.NextInt(3) switch { 0 => null, 1 => true, _ => false },
            RightLineIsDashed = random.NextInt(2) == 0,
            IsFast = random.NextInt(2) == 0,
            Futures =
            [
                .. Enum.GetValues<EgoManeuver>().Select(maneuver =>
                {
                    ManeuverFault fault = maneuver == best ? ManeuverFault.None : faults[random.NextInt(faults.Length)];
                    return new ManeuverFuture(maneuver, fault, fault == ManeuverFault.Collision ? objects.FirstOrDefault()?.Actor.Id : null, 10);
                }),
            ],
            Best = best,
            Reason = reason,
            ReasonObject = reason is PlanReason.RedLight or PlanReason.RoadClear ? null : ahead,
            Critical = ahead ?? objects.FirstOrDefault(),
            Pairs =
            [
                .. objects.Zip(objects.Skip(1)).SelectMany(pair => new YieldPair[]
                {
                    new(pair.First.Actor.Id, pair.Second.Actor.Id, random.NextInt(2) == 0, true),
                    new(pair.Second.Actor.Id, pair.First.Actor.Id, random.NextInt(2) == 0, true),
                }),
            ],
        };
    }

    private static (ActorState Actor, LaneSide Side, DistanceBand Band, Motion Motion, Outcome Next) Draw(
        RandomStream random, Pose ego, int id, LaneSide side, DistanceBand band)
    {
        bool isWalker = side is LaneSide.LeftRoadside or LaneSide.RightRoadside;
        ActorKind kind = isWalker ? ActorKind.Pedestrian : (ActorKind)random.NextInt(4);
        (Motion motion, Outcome[] possible) = isWalker
            ? (random.NextInt(2) == 0 ? Motion.Walking : Motion.Standing, [Outcome.Crosses, Outcome.WaitsAtKerb, Outcome.WalksOn])
            : random.NextInt(5) switch
            {
                0 => (Motion.Moving, new[] { Outcome.KeepsGoing, Outcome.SlowsDown }),
                1 => (Motion.Braking, [Outcome.Stops, Outcome.SlowsDown]),
                2 => (Motion.Stopped, [Outcome.Stays, Outcome.StartsMoving]),
                3 => (Motion.SignalsLeft, [Outcome.ChangesLeft, Outcome.WaitsForGap, Outcome.TurnsLeft]),
                _ => (Motion.SignalsRight, [Outcome.ChangesRight, Outcome.WaitsForGap, Outcome.TurnsRight]),
            };
        double left = side switch { LaneSide.Left => 3.4, LaneSide.Right => -3.4, LaneSide.LeftRoadside => 6.6, LaneSide.RightRoadside => -6.6, _ => 0 };
        (double sine, double cosine) = Math.SinCos(ego.Heading);
        Vector ahead = new(cosine, sine);
        ActorState actor = TestScenes.Actor(id, kind, 0, 0, ego.Heading, (ActorColor)random.NextInt(6)) with
        {
            Pose = new Pose(ego.Position + (ahead * _metres[(int)band]) + (ahead.Left * left), ego.Heading),
            IsBraking = motion == Motion.Braking,
            Indicator = motion switch { Motion.SignalsLeft => Indicator.Left, Motion.SignalsRight => Indicator.Right, Motion.Stopped => Indicator.Hazard, _ => Indicator.Off },
        };
        return (actor, side, band, motion, possible[random.NextInt(possible.Length)]);
    }
}
