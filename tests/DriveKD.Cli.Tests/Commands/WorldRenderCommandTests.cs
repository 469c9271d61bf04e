using System.Text.Json;
using DriveKD.Data.Imaging;
using DriveKD.Tests;
using DriveKD.World.Rendering;

namespace DriveKD.Cli.Tests.Commands;

public sealed class WorldRenderCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Render_Seed_WritesViewsSheetAndFacts()
    {
        int code = _terminal.Run("world", "render", "--seed", "8", "--size", "96x54", "--at", "0.5", "--out", _folder["scene"]);

        Assert.True(code == ExitCode.Done, _terminal.Error);
        Assert.Equal(
            CameraRig.Names.Select(name => name + ".png").Concat(["birds-eye.png", "contact-sheet.png", "scene.json"]).Order(StringComparer.Ordinal),
            Directory.GetFiles(_folder["scene"]).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
        RgbImage front = ImageDecoder.Decode(Path.Combine(_folder["scene"], "CAM_FRONT.png"));
        Assert.Equal((96, 54), (front.Width, front.Height));
        JsonElement scene = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["scene"], "scene.json"))).RootElement;
        Assert.Equal(0.5, scene.GetProperty("seconds").GetDouble(), 1e-9);
        Assert.NotEqual(0, scene.GetProperty("actors").GetArrayLength());
    }

    [Fact]
    public void Render_SameSeedTwice_SamePictures()
    {
        byte[][] pictures = [.. ((string[])["a", "b"]).Select(name =>
        {
            Assert.Equal(ExitCode.Done, _terminal.Run("world", "render", "--seed", "5", "--size", "84x84", "--raised", "--out", _folder[name]));
            return File.ReadAllBytes(Path.Combine(_folder[name], "CAM_FRONT.png"));
        })];

        Assert.Equal(pictures[0], pictures[1]);
        Assert.Equal(ExitCode.Done, _terminal.Run("world", "render", "--seed", "6", "--size", "84x84", "--raised", "--out", _folder["c"]));
        Assert.NotEqual(pictures[0], File.ReadAllBytes(Path.Combine(_folder["c"], "CAM_FRONT.png")));
    }

    [Fact]
    public void Render_ImpossibleOptions_AreToldAllAtOnce()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("world", "render", "--size", "5x", "--at", "-1", "--out", _folder["scene"]));
        Assert.Contains("--size", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("--at", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["scene"]));
    }

    [Fact]
    public void Render_FolderIsTaken_NothingIsChanged()
    {
        File.WriteAllText(_folder["mine.txt"], "mine");

        Assert.Equal(ExitCode.BadInput, _terminal.Run("world", "render", "--size", "84x84", "--out", _folder.Path));
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Render_Video_IsWrittenWhereFfmpegIs()
    {
        int code = _terminal.Run("world", "render", "--size", "84x84", "--video", "--seconds", "0.2", "--out", _folder["scene"]);
        if (Ffmpeg.Find() is null)
        {
            Assert.Equal(ExitCode.BadInput, code);
            Assert.Contains("--video needs it", _terminal.Error, StringComparison.Ordinal);
            return;
        }

        Assert.True(code == ExitCode.Done, _terminal.Error);
        Assert.True(new FileInfo(Path.Combine(_folder["scene"], "scene.mp4")).Length > 1000);
        Assert.False(Directory.Exists(Path.Combine(_folder["scene"], "frames")));
    }
}
