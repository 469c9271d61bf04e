using DriveKD.Data.Errors;
using DriveKD.World.Actors;
using DriveKD.World.Dynamics;
using DriveKD.World.Futures;
using DriveKD.World.Scenes;

namespace DriveKD.World.Tests.Futures;

public class FactFinderTests
{
    private const int Scenes = 150;
    private static readonly WorldSettings _lesson = new() { Difficulty = Difficulty.Lesson };
    private static readonly FactSettings _settings = new();

    [Fact]
    public void Find_SameSeed_GivesTheSameFacts()
    {
        FactFinder reused = new();
        for (ulong seed = 0; seed < 10; seed++)
        {
            SceneFacts facts = Find(reused, seed);
            SceneFacts again = Find(new FactFinder(), seed);
            Assert.Equal(facts.Picture.Image.Pixels, again.Picture.Image.Pixels);
            Assert.Equal(facts.Futures, again.Futures);
            Assert.Equal(facts.Objects, again.Objects);
            Assert.Equal(facts.Pairs, again.Pairs);
            Assert.Equal((facts.Best, facts.Reason, facts.Critical, facts.Light), (again.Best, again.Reason, again.Critical, again.Light));
        }
    }

    [Fact]
    public void Find_World_LeavesItAsItIs()
    {
        DrivingWorld world = DrivingWorld.Create(3, _lesson);
        WorldState before = world.State;
        Assert.NotNull(new FactFinder().Find(3, world));
        Assert.Equal(before, world.State);
    }

    [Fact]
    public void Find_ManyLessons_ReplayedManeuversDoWhatTheFactsSay()
    {
        FactFinder finder = new();
        Dictionary<ManeuverFault, int> faults = [];
        for (ulong seed = 0; seed < Scenes; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed, _lesson);
            if (finder.Find(seed, world) is not { } facts)
            {
                continue;
            }

            Assert.Equal(Enum.GetValues<EgoManeuver>(), facts.Futures.Select(future => future.Maneuver));
            Assert.Equal(ManeuverFault.None, facts.Futures[(int)facts.Best].Fault);
            foreach (ManeuverFuture future in facts.Futures)
            {
                faults[future.Fault] = faults.GetValueOrDefault(future.Fault) + 1;
                int? touched = Replay(world, future.Maneuver);
                Assert.True(future.Fault == ManeuverFault.Collision == touched is not null, $"seed {seed}: {future} touches {touched}");
                Assert.True(touched is null || touched == future.ActorId, $"seed {seed}: {future} touches {touched}");
                Assert.Equal(future.Fault is ManeuverFault.Collision or ManeuverFault.NearMiss, future.ActorId is not null);
            }
        }

        Assert.All([ManeuverFault.Collision, ManeuverFault.NearMiss, ManeuverFault.RedLight, ManeuverFault.SolidLine, ManeuverFault.SpeedLimit, ManeuverFault.NoProgress],
            fault => Assert.True(faults.GetValueOrDefault(fault) > 10, $"{fault} occurs {faults.GetValueOrDefault(fault)} times"));
    }

    [Fact]
    public void Find_ManyLessons_WhatIsNextHappens()
    {
        FactFinder finder = new();
        HashSet<Outcome> seen = [];
        for (ulong seed = 0; seed < Scenes; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed, _lesson);
            if (finder.Find(seed, world) is not { } facts)
            {
                continue;
            }

            WorldState end = Drive(world, facts.Best).State;
            Dictionary<int, ActorState> later = end.Actors.ToDictionary(actor => actor.Id);
            foreach (SceneObject one in facts.Objects)
            {
                seen.Add(one.Next);
                ActorState after = later[one.Actor.Id];
                double aside = facts.State.Ego.Pose.ToLocal(after.Pose.Position).Y - facts.State.Ego.Pose.ToLocal(one.Actor.Pose.Position).Y;
                double way = (after.Pose.Position - one.Actor.Pose.Position).Length;
                bool happens = one.Next switch
                {
                    Outcome.ChangesLeft => aside > 0.2,
                    Outcome.ChangesRight => aside < -0.2,
                    Outcome.Stays or Outcome.WaitsAtKerb => way < 0.1,
                    Outcome.Stops => after.Speed < 0.9 && one.Actor.Speed > 0.3,
                    Outcome.SlowsDown => after.Speed < 0.75 * one.Actor.Speed && after.Speed >= 0.9,
                    Outcome.KeepsGoing => after.Speed >= 0.75 * one.Actor.Speed && Math.Abs(aside) < 0.8,
                    Outcome.WaitsForGap => Math.Abs(aside) < 0.8 && one.Motion is Motion.SignalsLeft or Motion.SignalsRight,
                    Outcome.Crosses => way > 0.2 && Math.Abs(aside) > 0.2,
                    Outcome.WalksOn => way > 1 && Math.Abs(aside) < 0.3,
                    Outcome.StartsMoving => after.Speed > 0.9,
                    _ => false,
                };
                Assert.True(happens, $"seed {seed}: {one.Actor} does not do {one.Next}: {after}");
            }
        }

        Outcome[] expected =
        [
            Outcome.ChangesLeft, Outcome.ChangesRight, Outcome.Stays, Outcome.Stops, Outcome.SlowsDown, Outcome.KeepsGoing, Outcome.WaitsForGap,
            Outcome.Crosses, Outcome.WaitsAtKerb, Outcome.WalksOn,
        ];
        Assert.All(expected, outcome => Assert.Contains(outcome, seen));
    }

    [Fact]
    public void Find_ManyLessons_ObjectsAreSeenWellAndOrdered()
    {
        FactFinder finder = new();
        int hidden = 0;
        for (ulong seed = 0; seed < Scenes; seed++)
        {
            if (finder.Find(seed, DrivingWorld.Create(seed, _lesson)) is not { } facts)
            {
                continue;
            }

            Assert.All(facts.Objects, one => Assert.True(one.Seen.Share >= _settings.LeastVisibleShare && one.Seen.VisiblePixels >= _settings.LeastPixels, $"{one}"));
            Assert.All(facts.Objects, one => Assert.Equal(facts.Picture.Find(one.Actor.Id), one.Seen));
            Assert.Equal(facts.Objects.Select(one => one.Band).Order(), facts.Objects.Select(one => one.Band));
            Assert.True(facts.Critical is null || facts.Objects.Contains(facts.Critical));
            Assert.True(facts.ReasonObject is null || facts.Objects.Contains(facts.ReasonObject));
            int[] ids = [.. facts.Objects.Select(one => one.Actor.Id)];
            Assert.All(facts.Pairs, pair => Assert.True(ids.Contains(pair.ActorId) && ids.Contains(pair.OtherId) && pair.ActorId != pair.OtherId));
            hidden += facts.IsComplete ? 0 : 1;
        }

        Assert.InRange(hidden, 1, Scenes / 2);
    }

    [Fact]
    public void Find_ObjectHalfVisible_IsLeftOutWhereMoreIsAsked()
    {
        FactFinder strict = new(_settings with { LeastVisibleShare = 0.999, LeastPixels = 20 });
        FactFinder finder = new();
        int fewer = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            if (strict.Find(seed, DrivingWorld.Create(seed, _lesson)) is not { } facts)
            {
                continue;
            }

            Assert.All(facts.Objects, one => Assert.True(one.Seen.Share >= 0.999 && one.Seen.VisiblePixels >= 20));
            fewer += Find(finder, seed).Objects.Count - facts.Objects.Count;
        }

        Assert.True(fewer > 5, $"{fewer} fewer");
    }

    [Fact]
    public void Find_Yielders_GoFartherOrChangeWithoutTheOther()
    {
        FactFinder finder = new();
        int yields = 0;
        for (ulong seed = 0; seed < 60; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed, _lesson);
            if (finder.Find(seed, world) is not { } facts)
            {
                continue;
            }

            foreach (YieldPair pair in facts.Pairs.Where(pair => pair.Yields))
            {
                ActorOutcome with = ManeuverRollout.Run(world.Fork(), facts.Best, _settings.HorizonSeconds).Outcomes[pair.ActorId];
                ManeuverRollout gone = ManeuverRollout.Run(world.ForkWithout(pair.OtherId), facts.Best, _settings.HorizonSeconds);
                ActorOutcome without = gone.Outcomes[pair.ActorId];
                Assert.False(gone.Outcomes.ContainsKey(pair.OtherId));
                Assert.True(without.Metres > with.Metres + 0.9 || (without.Change != 0 && with.Change == 0), $"seed {seed}: {pair}");
                yields++;
            }
        }

        Assert.True(yields > 5, $"{yields} pairs");
    }

    [Fact]
    public void Find_Lessons_HardlyAnyIsDecidedByWhatIsHidden()
    {
        FactFinder finder = new();
        int found = 0;
        for (ulong seed = 0; seed < Scenes; seed++)
        {
            found += finder.Find(seed, DrivingWorld.Create(seed, _lesson)) is null ? 0 : 1;
        }

        Assert.InRange(found, 0.95 * Scenes, Scenes);
    }

    [Theory]
    [InlineData(Difficulty.Road)]
    [InlineData(Difficulty.Town)]
    public void Find_HarderLevels_GivesFactsOfMostScenes(Difficulty level)
    {
        FactFinder finder = new();
        int found = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            DrivingWorld world = DrivingWorld.Create(seed, new WorldSettings { Difficulty = level });
            if (finder.Find(seed, world) is { } facts)
            {
                found++;
                Assert.Null(Replay(world, facts.Best));
            }
        }

        Assert.InRange(found, 12, 20);
    }

    [Fact]
    public void Create_EverythingWrong_NamesAll()
    {
        InputException error = Assert.Throws<InputException>(() => new FactFinder(new FactSettings
        {
            Size = 0,
            HorizonSeconds = double.NaN,
            LeastVisibleShare = 2,
            LeastPixels = -1,
            FarthestMetres = 0,
        }));
        Assert.Equal(5, error.Problems.Count);
    }

    private static SceneFacts Find(FactFinder finder, ulong seed) => finder.Find(seed, DrivingWorld.Create(seed, _lesson))!;

    private static DrivingWorld Drive(DrivingWorld world, EgoManeuver maneuver)
    {
        DrivingWorld fork = world.Fork();
        EgoPilot pilot = new(fork.Simulation, maneuver);
        for (int step = 0; step < 35; step++)
        {
            fork.Step(pilot.Decide());
        }

        return fork;
    }

    /// <summary>Who is touched first.</summary>
    private static int? Replay(DrivingWorld world, EgoManeuver maneuver)
    {
        if (!ManeuverRollout.HasLane(world, maneuver))
        {
            return null;
        }

        DrivingWorld fork = world.Fork();
        EgoPilot pilot = new(fork.Simulation, maneuver);
        for (int step = 0; step < 35; step++)
        {
            fork.Step(pilot.Decide());
            if (fork.State.Actors.FirstOrDefault(actor => Collisions.Overlap(fork.State.Ego, actor)) is { } touched && fork.State.Ego.Speed + touched.Speed > 0.1)
            {
                return touched.Id;
            }
        }

        return null;
    }
}
