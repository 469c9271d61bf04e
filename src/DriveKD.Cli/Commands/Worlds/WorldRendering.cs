using System.Globalization;
using System.Text.Json;
using DriveKD.Cli.Shell;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Rendering;
using DriveKD.World.Scenes;

namespace DriveKD.Cli.Commands.Worlds;

/// <summary>Draws a scene and writes it; the folder appears whole or not at all.</summary>
internal sealed class WorldRendering(Terminal terminal, RenderRequest request)
{
    private const int SheetWidth = 480;
    private const int BirdsEyeSide = 1000;
    private const int FramesPerSecond = 10;
    private const int VideoViewWidth = 448;
    private const int VideoViewHeight = 252;
    private const string SheetFile = "contact-sheet.png";
    private const string VideoFile = "scene.mp4";

    private static readonly double[] _sheetMetres = [40, 80, 240];

    private static readonly JsonSerializerOptions _jsonLayout = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly SceneRenderer _renderer = new();
    private readonly IReadOnlyList<Camera> _cameras = new CameraRig(request.IsRaised ? RigSettings.Raised : null).Cameras;

    /// <summary>Runs.</summary>
    /// <param name="output">The folder to write.</param>
    /// <returns>The exit code.</returns>
    public int Run(string output)
    {
        if (Directory.Exists(output) && !Directory.EnumerateFileSystemEntries(output).Any())
        {
            Directory.Delete(output);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output))) ?? output);
        DrivingWorld world = DrivingWorld.Create(request.Seed);
        Advance(world, request.At);
        WorldState state = world.State;
        AtomicFolder.Write(output, folder =>
        {
            RgbImage[] views = [.. _cameras.Select(camera => _renderer.Render(state, camera, request.Width, request.Height, request.Seed))];
            for (int i = 0; i < views.Length; i++)
            {
                File.WriteAllBytes(Path.Combine(folder, _cameras[i].Name + ".png"), PngEncoder.Encode(views[i]));
            }

            File.WriteAllBytes(Path.Combine(folder, "birds-eye.png"), PngEncoder.Encode(BirdsEyeView.Draw(state, new BirdsEyeSettings { Size = BirdsEyeSide })));
            File.WriteAllBytes(Path.Combine(folder, SheetFile), Sheet(views, state));
            File.WriteAllText(Path.Combine(folder, "scene.json"), Describe(state));
            if (request.VideoSeconds is double seconds)
            {
                WriteVideo(world, seconds, folder);
            }
        });
        terminal.WriteRaw(Words(state));
        terminal.WriteRaw(PlainText.ForTerminal($"written to {output}; look at {Path.Combine(output, SheetFile)}"));
        return ExitCode.Done;
    }

    private void Advance(DrivingWorld world, double seconds)
    {
        int steps = (int)Math.Round(seconds / DrivingWorld.StepSeconds);
        for (int step = 0; step < steps; step++)
        {
            terminal.Interrupted.ThrowIfCancellationRequested();
            world.StepWithDriver();
        }
    }

    /// <summary>The views in front above those behind, and the scene from above below them.</summary>
    private byte[] Sheet(RgbImage[] views, WorldState state)
    {
        int height = Math.Max(1, SheetWidth * request.Height / request.Width);
        ContactSheetCell Cell(string name)
        {
            int index = _cameras.Index().First(entry => entry.Item.Name == name).Index;
            return new ContactSheetCell(BicubicResizer.Resize(views[index], SheetWidth, height), name);
        }

        return ContactSheet.Draw(
            string.Create(CultureInfo.InvariantCulture, $"Driving world, scene {request.Seed}, after {request.At:0.#} s"),
            ["left", "middle", "right"],
            [
                new ContactSheetRow("Ahead", "", [Cell("CAM_FRONT_LEFT"), Cell("CAM_FRONT"), Cell("CAM_FRONT_RIGHT")]),
                new ContactSheetRow("Behind", "", [Cell("CAM_BACK_LEFT"), Cell("CAM_BACK"), Cell("CAM_BACK_RIGHT")]),
                new ContactSheetRow(
                    "From above",
                    "ego is framed, its route blue",
                    [.. _sheetMetres.Select(metres => new ContactSheetCell(BirdsEyeView.Draw(state, new BirdsEyeSettings { Size = SheetWidth, Metres = metres }), FormattableString.Invariant($"{metres:0} m")))]),
            ]);
    }

    private void WriteVideo(DrivingWorld world, double seconds, string folder)
    {
        string frames = Path.Combine(folder, "frames");
        Directory.CreateDirectory(frames);
        int count = Math.Max(1, (int)Math.Round(seconds * FramesPerSecond));
        int stepsPerFrame = (int)Math.Round(1 / (FramesPerSecond * DrivingWorld.StepSeconds));
        using (ProgressLine progress = new(terminal))
        {
            for (int frame = 0; frame < count; frame++)
            {
                progress.Report(new DataProgress("drawing the video", frame, count));
                File.WriteAllBytes(Path.Combine(frames, string.Create(CultureInfo.InvariantCulture, $"{frame:00000}.png")), PngEncoder.Encode(Frame(world.State, frame)));
                Advance(world, stepsPerFrame * DrivingWorld.StepSeconds);
            }
        }

        request.Ffmpeg!.Run(
            folder,
            ["-framerate", FramesPerSecond.ToString(CultureInfo.InvariantCulture), "-i", "frames/%05d.png", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "20", VideoFile],
            terminal.Interrupted);
        Directory.Delete(frames, recursive: true);
    }

    /// <summary>Two rows of three views, and the scene from above at their right.</summary>
    private RgbImage Frame(WorldState state, int number)
    {
        const int Side = 2 * VideoViewHeight;
        RgbImage frame = new((3 * VideoViewWidth) + Side, Side, new byte[3 * ((3 * VideoViewWidth) + Side) * Side]);
        string[] order = ["CAM_FRONT_LEFT", "CAM_FRONT", "CAM_FRONT_RIGHT", "CAM_BACK_LEFT", "CAM_BACK", "CAM_BACK_RIGHT"];
        for (int i = 0; i < order.Length; i++)
        {
            Camera camera = _cameras.First(item => item.Name == order[i]);
            RgbImage view = _renderer.Render(state, camera, VideoViewWidth, VideoViewHeight, request.Seed + (ulong)number);
            Paste(frame, view, i % 3 * VideoViewWidth, i / 3 * VideoViewHeight);
        }

        Paste(frame, BirdsEyeView.Draw(state, new BirdsEyeSettings { Size = Side }), 3 * VideoViewWidth, 0);
        return frame;
    }

    private static void Paste(RgbImage target, RgbImage image, int left, int top)
    {
        for (int row = 0; row < image.Height; row++)
        {
            image.Pixels.AsSpan(3 * row * image.Width, 3 * image.Width).CopyTo(target.Pixels.AsSpan(3 * (((top + row) * target.Width) + left)));
        }
    }

    private string Describe(WorldState state) => JsonSerializer.Serialize(
        new
        {
            Program = $"drivekd {BuildInfo.OfThisProgram.Version}",
            request.Seed,
            Seconds = state.Time,
            TimeOfDay = state.TimeOfDay.ToString(),
            Weather = state.Weather.ToString(),
            Lanes = state.Map.Lanes.Count,
            Signals = state.Signals.Select(phase => phase.ToString()),
            Ego = Facts(state.Ego),
            Actors = state.Actors.Select(Facts),
        },
        _jsonLayout);

    private static object Facts(ActorState actor) => new
    {
        actor.Id,
        Kind = actor.Kind.ToString(),
        Color = actor.Color.ToString(),
        X = actor.Pose.Position.X,
        Y = actor.Pose.Position.Y,
        actor.Pose.Heading,
        actor.Speed,
        actor.Acceleration,
        actor.Lane?.Lane,
        actor.IsBraking,
        Indicator = actor.Indicator.ToString(),
        Intent = actor.Intent.ToString(),
    };

    private static string Words(WorldState state)
    {
        string actors = string.Join(", ", state.Actors.CountBy(actor => actor.Kind).OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {Name(pair.Key, pair.Value)}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{state.TimeOfDay.ToString().ToLowerInvariant()}, {state.Weather.ToString().ToLowerInvariant()}; ego at {3.6 * state.Ego.Speed:0} km/h; {(actors.Length == 0 ? "nobody else" : actors)}");
    }

    private static string Name(ActorKind kind, int count)
    {
        string name = kind.ToString().ToLowerInvariant();
        return count == 1 ? name : kind == ActorKind.Bus ? "buses" : name + "s";
    }
}
