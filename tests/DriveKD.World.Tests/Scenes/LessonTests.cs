using DriveKD.Data.Errors;
using DriveKD.World.Actors;
using DriveKD.World.Dynamics;
using DriveKD.World.Rendering;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Tests.Scenes;

public class LessonTests
{
    private static readonly WorldSettings _lesson = new() { Difficulty = Difficulty.Lesson };

    [Fact]
    public void Create_Lessons_KeepTheirPromises()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            WorldState state = DrivingWorld.Create(seed, _lesson).State;
            ActorState[] all = [state.Ego, .. state.Actors];
            Lane lane = state.Map.Lanes[state.Ego.Lane!.Value.Lane];
            Assert.True(lane.LeftLane is not null && lane.RightLane is not null, $"seed {seed}: ego in the middle lane");
            Assert.Equal(0, state.Time);
            Assert.Contains(state.Ego.Speed, (double[])[3.6, 8]);
            for (int i = 0; i < all.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    Assert.False(Collisions.Overlap(all[i], all[j]), $"seed {seed}: {all[i]} and {all[j]} overlap");
                }
            }

            foreach (ActorState vehicle in state.Actors.Where(actor => actor.Kind is not ActorKind.Pedestrian))
            {
                double back = state.Ego.Pose.ToLocal(vehicle.Pose.Position).X - 1.7 - (0.5 * vehicle.Length);
                Assert.True(back is (> 8.9 and < 9.7) or (> 18 and < 19.2) or (> 26.2 and < 28.2), $"seed {seed}: {vehicle} is {back} m ahead");
                Assert.Equal(vehicle.Indicator == Indicator.Hazard, vehicle.Speed == 0);
                Assert.Equal(vehicle.IsBraking, vehicle.Acceleration < -0.5);
            }
        }
    }

    [Fact]
    public void Create_Lessons_FrontPictureHoldsEverybody()
    {
        SceneRenderer renderer = new();
        Camera camera = CameraRig.Find(CameraRig.Front, RigSettings.Raised);
        for (ulong seed = 0; seed < 100; seed++)
        {
            WorldState state = DrivingWorld.Create(seed, _lesson).State;
            IdentifiedPicture picture = renderer.RenderWithIds(state, camera, 84, 84, seed);
            Assert.All(picture.Actors, seen => Assert.True(seen.OwnPixels > 2 && (seen.VisiblePixels == 0 || !seen.TouchesEdge(84, 84)), $"seed {seed}: {seen}"));
        }
    }

    [Fact]
    public void StepWithDriver_Lessons_OthersDoNotCollide()
    {
        int collided = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed, _lesson);
            bool collides = false;
            for (int step = 0; step < 40; step++)
            {
                world.StepWithDriver();
                ActorState[] vehicles = [.. world.State.Actors.Where(actor => actor.Kind != ActorKind.Pedestrian)];
                collides |= vehicles.Any(one => vehicles.Any(other => other.Id < one.Id && Collisions.Overlap(one, other)));
            }

            collided += collides ? 1 : 0;
        }

        Assert.InRange(collided, 0, 3);
    }

    [Fact]
    public void Create_Lessons_LightStaysForTheNextSeconds()
    {
        int lights = 0;
        for (ulong seed = 0; seed < 100; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed, _lesson);
            IReadOnlyList<SignalPhase> before = world.State.Signals;
            for (int step = 0; step < 50; step++)
            {
                world.StepWithDriver();
                Assert.Equal(before, world.State.Signals);
            }

            lights += before.Count;
        }

        Assert.InRange(lights, 30, 70);
    }

    [Fact]
    public void Create_JamProbability_DecidesWhoStandsAhead()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            WorldState state = DrivingWorld.Create(seed, _lesson with { JamProbability = 1 }).State;
            Assert.Contains(state.Actors, actor => actor.Indicator == Indicator.Hazard && Math.Abs(state.Ego.Pose.ToLocal(actor.Pose.Position).Y) < 0.5
                && state.Ego.Pose.ToLocal(actor.Pose.Position).X < 15);
        }
    }

    [Fact]
    public void Create_Road_HasNoJunction()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            Assert.All(DrivingWorld.Create(seed, new WorldSettings { Difficulty = Difficulty.Road }).State.Map.Lanes, lane => Assert.Null(lane.Turn));
        }
    }

    [Fact]
    public void Check_ImpossibleLevels_AreRefused()
    {
        Assert.Throws<InputException>(() => DrivingWorld.Create(1, new WorldSettings { Difficulty = (Difficulty)7 }));
        InputException error = Assert.Throws<InputException>(() => new WorldSettings { Difficulty = Difficulty.Road, StraightShare = 0, CurveShare = 0 }.Check());
        Assert.Contains("Difficulty", error.Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => DrivingWorld.Create(1, _lesson with { JamProbability = 1.5 }));
    }
}
