using System.CommandLine;
using DriveKD.Cli.Commands.Worlds;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd world render</c>: a scene as people look at it.</summary>
internal static class WorldRenderCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<ulong> seed = new("--seed") { Description = "The same seed gives the same scene and the same bytes on every machine.", HelpName = "N", DefaultValueFactory = _ => 0 };
        Option<string> output = new("--out")
        {
            Description = "Folder to write: it must not exist or be empty. Six pictures by the cameras' names, birds-eye.png, contact-sheet.png, scene.json.",
            HelpName = "DIR",
            Required = true,
        };
        Option<string> size = new("--size") { Description = "Pixels of a picture.", HelpName = "WxH", DefaultValueFactory = _ => "800x450" };
        Option<double> at = new("--at") { Description = "Seconds after the scene's beginning; until then ego drives by itself.", HelpName = "S", DefaultValueFactory = _ => 3 };
        Option<bool> raised = new("--raised") { Description = "The raised cameras that small training pictures are made with, instead of those of a passenger car." };
        Option<bool> video = new("--video") { Description = "Write scene.mp4 too: the six views and the bird's-eye view while ego drives by itself. Needs ffmpeg." };
        Option<double> length = new("--seconds") { Description = "Length of the video.", HelpName = "S", DefaultValueFactory = _ => 10 };
        Command command = new("render", "Draw a scene of the driving world as six cameras see it, and from above.")
        {
            seed, output, size, at, raised, video, length,
        };
        command.SetAction(parse => new WorldRendering(terminal, RenderRequest.Check(
            parse.GetValue(seed),
            parse.GetValue(size)!,
            parse.GetValue(at),
            parse.GetValue(raised),
            parse.GetValue(video) ? parse.GetValue(length) : null)).Run(parse.GetRequiredValue(output)));
        return command;
    }
}
