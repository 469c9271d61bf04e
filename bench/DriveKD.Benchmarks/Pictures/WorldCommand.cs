using System.CommandLine;
using DriveKD.World.Rendering;
using DriveKD.World.Scenes;

namespace DriveKD.Benchmarks.Pictures;

/// <summary>How many pictures of the driving world one thread draws.</summary>
internal static class WorldCommand
{
    private const int Rounds = 7;

    // Long enough for the runtime to have compiled everything a second time.
    private const int WarmPictures = 400;

    public static Command Create()
    {
        Command command = new("world", "Pictures per second and core of a street with fifteen actors, at 84 x 84 and 1600 x 900.");
        command.SetAction(_ => Run());
        return command;
    }

    private static void Run()
    {
        Report.Machine();
        WorldState state = WorldScene.Create();
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

        Timings timings = new();
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Case one in cases)
            {
                timings.Time(one.Name, () => Draw(one, one.Pictures));
            }
        }

        Report.Line($"{"one thread, median of rounds",-40} {"pictures/s",10}   (range)");
        foreach (Case one in cases)
        {
            (double least, double greatest) = timings.Range(one.Name);
            Report.Line($"{one.Name,-40} {one.Pictures / timings.Median(one.Name),10:F1}   ({one.Pictures / greatest:F1} to {one.Pictures / least:F1})");
        }

        void Draw(Case one, int pictures)
        {
            for (int i = 0; i < pictures; i++)
            {
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

    private sealed record Case(string Name, Camera Camera, int Width, int Height, int Pictures, bool HasIds);
}
