using System.CommandLine;
using DriveKD.World.Dynamics;
using DriveKD.World.Futures;
using DriveKD.World.Geometry;
using DriveKD.World.Questions;
using DriveKD.World.Rendering;
using DriveKD.World.Scenes;

namespace DriveKD.Benchmarks.Pictures;

/// <summary>How many scenes of the driving world one thread makes, how many steps it takes, and how many pictures it draws.</summary>
internal static class WorldCommand
{
    // Seeds that the dynamics were not made with.
    private const int FirstDriven = 1000;
    private const int Driven = 300;
    private const double DrivenSeconds = 20;

    private const int Rounds = 7;
    private const string SceneMaking = "scenes made";
    private const string Finding = "lessons with picture, futures and facts";
    private const string Asking = "questions asked of known facts";
    private const string Stepping = "steps of all in a scene";

    // Long enough for the runtime to have compiled everything a second time.
    private const int WarmPictures = 400;

    // The scenes of the first seeds, after some driving.
    private const int Scenes = 20;
    private const int Steps = 30;

    public static Command Create()
    {
        Command command = new("world", "Scenes, steps and pictures of the driving world per second and core.");
        command.SetAction(_ => Run());
        return command;
    }

    private static void Run()
    {
        Report.Machine();
        DrivingWorld[] worlds = [.. Enumerable.Range(0, Scenes).Select(seed => DrivingWorld.Create((ulong)seed))];
        Advance(worlds);
        WorldState[] states = [.. worlds.Select(world => world.State)];
        Report.Line($"{Scenes} scenes: {states.Average(state => state.Actors.Count):F0} actors and {states.Average(state => state.Map.Lanes.Count):F0} lanes on average");
        Case[] cases =
        [
            new("84 x 84", CameraRig.Find(CameraRig.Front), 84, 84, 400, HasIds: false),
            new("84 x 84, raised camera", CameraRig.Find(CameraRig.Front, RigSettings.Raised), 84, 84, 400, HasIds: false),
            new("84 x 84, raised camera, with ids", CameraRig.Find(CameraRig.Front, RigSettings.Raised), 84, 84, 400, HasIds: true),
            new("1600 x 900", CameraRig.Find(CameraRig.Front), 1600, 900, 4, HasIds: false),
        ];
        SceneRenderer renderer = new();
        for (int i = 0; i < WarmPictures; i++)
        {
            Draw(cases[i % 3], 1);
        }

        // Lessons for which there is something to ask.
        SceneSource lessons = SceneSource.Simulate();
        SceneFacts[] facts = [.. Enumerable.Range(0, Scenes).Select(seed => lessons.Find((ulong)seed)).OfType<SceneFacts>()];
        int questions = facts.Sum(scene => SceneQuestions.Of(scene).Count);
        Report.Line($"{facts.Length} of {Scenes} lessons can be asked about, {questions / (double)facts.Length:F0} questions each before any are chosen");

        Timings timings = new();
        for (int round = 0; round < Rounds; round++)
        {
            timings.Time(SceneMaking, () => Array.ForEach([.. Enumerable.Range(0, Scenes)], seed => DrivingWorld.Create((ulong)seed)));
            timings.Time(Finding, () => Array.ForEach([.. Enumerable.Range(0, Scenes)], seed => lessons.Find((ulong)seed)));
            timings.Time(Asking, () => Array.ForEach(facts, scene => SceneQuestions.Of(scene)));
            timings.Time(Stepping, () => Advance([.. worlds.Select(world => world.Fork())]));
            foreach (Case one in cases)
            {
                timings.Time(one.Name, () => Draw(one, one.Pictures));
            }
        }

        Report.Line($"{"one thread, median of rounds",-40} {"per second",10}   (range)");
        Show(SceneMaking, Scenes);
        Show(Finding, Scenes);
        Show(Asking, questions);
        Show(Stepping, Scenes * Steps);
        Array.ForEach(cases, one => Show(one.Name, one.Pictures));

        Drive();

        void Show(string name, int count)
        {
            (double least, double greatest) = timings.Range(name);
            Report.Line($"{name,-40} {count / timings.Median(name),10:F1}   ({count / greatest:F1} to {count / least:F1})");
        }

        void Draw(Case one, int pictures)
        {
            for (int i = 0; i < pictures; i++)
            {
                WorldState state = states[i % states.Length];
                if (one.HasIds)
                {
                    renderer.RenderWithIds(state, one.Camera, one.Width, one.Height, (ulong)i);
                }
                else
                {
                    renderer.Render(state, one.Camera, one.Width, one.Height, (ulong)i);
                }
            }
        }
    }

    /// <summary>How ego fares where it drives by itself.</summary>
    private static void Drive()
    {
        int collisions = 0;
        double metres = 0;
        for (int seed = FirstDriven; seed < FirstDriven + Driven; seed++)
        {
            DrivingWorld world = DrivingWorld.Create((ulong)seed);
            Vector start = world.State.Ego.Pose.Position;
            bool hasCollided = false;
            while (world.State.Time < DrivenSeconds && !hasCollided)
            {
                world.StepWithDriver();
                hasCollided = world.State.Actors.Any(actor => Collisions.Overlap(world.State.Ego, actor));
            }

            collisions += hasCollided ? 1 : 0;
            metres += (world.State.Ego.Pose.Position - start).Length;
        }

        Report.Line($"ego by itself, {Driven} scenes from seed {FirstDriven}, {DrivenSeconds} s: collides in {collisions}, ends {metres / Driven:F0} m from its start on average");
    }

    /// <summary>As a picture needs it: with the state after every step.</summary>
    private static void Advance(DrivingWorld[] worlds)
    {
        foreach (DrivingWorld world in worlds)
        {
            for (int step = 0; step < Steps; step++)
            {
                world.StepWithDriver();
                _ = world.State;
            }
        }
    }

    private sealed record Case(string Name, Camera Camera, int Width, int Height, int Pictures, bool HasIds);
}
