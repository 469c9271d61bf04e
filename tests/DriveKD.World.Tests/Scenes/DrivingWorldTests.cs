using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using DriveKD.World.Actors;
using DriveKD.World.Dynamics;
using DriveKD.World.Roads;
using DriveKD.World.Scenes;

namespace DriveKD.World.Tests.Scenes;

public class DrivingWorldTests
{
    [Fact]
    public void StepWithDriver_SameSeed_IsTheSameToTheBit() => Gen.ULong.Sample(seed => Assert.Equal(HashAfter(seed, 100), HashAfter(seed, 100)), iter: 20);

    [Fact]
    public void StepWithDriver_KnownSeed_HasItsBits() => Assert.Equal("EE7C82DE6EBE9344", HashAfter(7, 100));

    [Fact]
    public void Create_OtherSeed_IsAnotherWorld() => Assert.NotEqual(HashAfter(7, 0), HashAfter(8, 0));

    [Fact]
    public void Create_ManySeeds_NobodyOverlapsAndTheShareOfJamsHolds()
    {
        int jams = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            WorldState state = DrivingWorld.Create(seed).State;
            ActorState[] all = [state.Ego, .. state.Actors];
            Assert.Equal(0, state.Time);
            Assert.Equal(0, state.Ego.Id);
            Assert.Equal(all.Select(actor => actor.Id).Order(), all.Select(actor => actor.Id));
            for (int i = 0; i < all.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    Assert.False(Collisions.Overlap(all[i], all[j]), $"seed {seed}: {all[i]} and {all[j]} overlap");
                }
            }

            // Id 1 is the first that is drawn after ego: the head of a jam, a cone, or somebody far away.
            jams += state.Actors.Any(actor => actor.Id == 1 && actor.Kind is ActorKind.Car or ActorKind.Truck && actor.Speed < 2.5 && (actor.Pose.Position - state.Ego.Pose.Position).Length < 50) ? 1 : 0;
        }

        Assert.InRange(jams, 20, 70);
    }

    [Fact]
    public void Create_ManySeeds_EveryKindOccurs()
    {
        HashSet<object> seen = [];
        for (ulong seed = 0; seed < 200; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed);
            for (int step = 0; step < 50; step++)
            {
                WorldState state = world.State;
                seen.UnionWith([state.Weather, state.TimeOfDay, state.Ego.Color]);
                foreach (ActorState actor in state.Actors)
                {
                    seen.UnionWith([actor.Kind, actor.Intent, actor.Indicator, actor.Color]);
                }

                foreach (SignalPhase phase in state.Signals)
                {
                    seen.Add(phase);
                }

                world.StepWithDriver();
            }

            foreach (Lane lane in world.State.Map.Lanes)
            {
                seen.UnionWith([lane.LeftLine, lane.RightLine]);
            }

            seen.UnionWith(world.State.Map.Signs.Select(sign => (object)sign.Kind));
            seen.UnionWith(world.State.Map.Buildings.Select(building => (object)building.Kind));
        }

        Type[] kinds = [typeof(Weather), typeof(TimeOfDay), typeof(ActorKind), typeof(Intent), typeof(Indicator), typeof(ActorColor), typeof(SignalPhase), typeof(LaneLine), typeof(SignKind), typeof(BuildingKind)];
        Assert.All(kinds.SelectMany(kind => Enum.GetValues(kind).Cast<object>()), value => Assert.Contains(value, seen));
    }

    [Fact]
    public void StepWithDriver_TwentySeconds_EgoHardlyEverCollides()
    {
        int collided = 0;
        int moving = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed);
            bool collides = false;
            double travelled = 0;
            for (int step = 0; step < 200; step++)
            {
                world.StepWithDriver();
                WorldState state = world.State;
                travelled += state.Ego.Speed * DrivingWorld.StepSeconds;
                collides |= state.Actors.Any(actor => Collisions.Overlap(state.Ego, actor));
            }

            collided += collides ? 1 : 0;
            moving += travelled > 20 ? 1 : 0;
        }

        Assert.InRange(collided, 0, 1);
        Assert.InRange(moving, 45, 60);
    }

    [Fact]
    public void StepWithDriver_Signals_VehiclesStopAtRedAndGoAtGreen()
    {
        WorldSettings settings = new() { StraightShare = 0, CurveShare = 0, SignalShare = 1 };
        int atGreen = 0;
        int atRed = 0;
        for (ulong seed = 0; seed < 30; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed, settings);
            for (int step = 0; step < 250; step++)
            {
                WorldState before = world.State;
                world.StepWithDriver();
                Dictionary<int, ActorState> after = world.State.Actors.ToDictionary(actor => actor.Id);
                foreach (ActorState actor in before.Actors)
                {
                    if (actor.Lane is { } place && before.Map.Lanes[place.Lane].Signal is { } signal && after.TryGetValue(actor.Id, out ActorState? moved)
                        && moved.Lane is { } now && now.Lane == place.Lane)
                    {
                        double line = Length(before.Map.Lanes[place.Lane]) - before.Map.Lanes[place.Lane].StopDistance - (0.5 * actor.Length);
                        bool passes = place.Along <= line && now.Along > line + 0.01;
                        atGreen += passes && before.Signals[signal] == SignalPhase.Green ? 1 : 0;
                        atRed += passes && before.Signals[signal] == SignalPhase.Red ? 1 : 0;
                    }
                }
            }
        }

        Assert.True(atGreen > 50, $"{atGreen} vehicles went at green");
        Assert.Equal(0, atRed);

        static double Length(Lane lane) => lane.Centre.Zip(lane.Centre.Skip(1), (a, b) => (b - a).Length).Sum();
    }

    [Fact]
    public void Fork_BothDrivenAlike_StayAlikeAndElseDoNotTouchEachOther()
    {
        DrivingWorld world = DrivingWorld.Create(11);
        world.StepWithDriver();
        string before = Hash(world.State);
        DrivingWorld fork = world.Fork();
        for (int step = 0; step < 30; step++)
        {
            fork.Step(new EgoAction(-4, 0.1));
        }

        Assert.Equal(before, Hash(world.State));
        Assert.NotEqual(before, Hash(fork.State));
        DrivingWorld twin = world.Fork();
        for (int step = 0; step < 30; step++)
        {
            world.StepWithDriver();
            twin.StepWithDriver();
        }

        Assert.Equal(Hash(world.State), Hash(twin.State));
    }

    [Fact]
    public void Step_AnyActions_StaysFiniteAndWithinTheVehiclesLimits() =>
        Gen.Select(Gen.ULong, Gen.Double[-20, 20], Gen.Double[-2, 2]).Sample((seed, acceleration, steering) =>
        {
            DrivingWorld world = DrivingWorld.Create(seed);
            for (int step = 0; step < 60; step++)
            {
                world.Step(new EgoAction(acceleration, steering, Indicator.Left));
                ActorState ego = world.State.Ego;
                Assert.True(double.IsFinite(ego.Pose.Position.X + ego.Pose.Position.Y + ego.Pose.Heading));
                Assert.InRange(ego.Speed, 0, 60);
                Assert.InRange(ego.Acceleration, -8.001, 3.501);
                Assert.InRange(ego.Steering, -0.6, 0.6);
                Assert.Equal(Indicator.Left, ego.Indicator);
            }
        }, iter: 30);

    [Fact]
    public void Step_NotFinite_Throws() => Assert.Throws<ArgumentException>(() => DrivingWorld.Create(1).Step(new EgoAction(double.NaN, 0)));

    [Fact]
    public void StepWithDriver_LaneChanges_AreIndicatedForASecondBefore()
    {
        int changes = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed, new WorldSettings { FewestLanes = 2, JamProbability = 1, CrossroadsShare = 0, TeeShare = 0 });
            Dictionary<int, int> steps = [];
            for (int step = 0; step < 150; step++)
            {
                IReadOnlyList<ActorState> before = [world.State.Ego, .. world.State.Actors];
                world.StepWithDriver();
                Dictionary<int, ActorState> after = ((ActorState[])[world.State.Ego, .. world.State.Actors]).ToDictionary(actor => actor.Id);
                foreach (ActorState actor in before.Where(actor => actor.Lane is not null && after.ContainsKey(actor.Id)))
                {
                    steps[actor.Id] = actor.Indicator is Indicator.Left or Indicator.Right ? steps.GetValueOrDefault(actor.Id) + 1 : 0;
                    Lane lane = world.State.Map.Lanes[actor.Lane!.Value.Lane];
                    if (after[actor.Id].Lane is { } now && (now.Lane == lane.LeftLane || now.Lane == lane.RightLane))
                    {
                        changes++;
                        Assert.True(steps[actor.Id] >= 10 || step < 12, $"seed {seed} step {step}: {actor} has shown it for {steps[actor.Id]} steps");
                    }
                }
            }
        }

        Assert.True(changes > 20, $"{changes} lane changes");
    }

    private static string HashAfter(ulong seed, int steps)
    {
        DrivingWorld world = DrivingWorld.Create(seed);
        for (int step = 0; step < steps; step++)
        {
            world.StepWithDriver();
        }

        return Hash(world.State);
    }

    private static string Hash(WorldState state)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[8];
        foreach (ActorState actor in (ActorState[])[state.Ego, .. state.Actors])
        {
            foreach (double number in (ReadOnlySpan<double>)[actor.Id, actor.Pose.Position.X, actor.Pose.Position.Y, actor.Pose.Heading, actor.Speed, actor.Acceleration, actor.Steering])
            {
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
                hash.AppendData(bytes);
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }
}
