using System.Text.Json;
using DriveKD.Data.Imaging;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class CorruptCommandTests : IDisposable
{
    private const string Log = "n015-2018-08-03-15-00-36+0800";

    // Kinds that need no other program.
    private const string Drawn = "clean,noimage,brightness,lowlight,fog,snow,rain,water,lens,cameracrash,framelost,saturate,motion,zoom,colorquant";

    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    private static string Street => Path.Combine(TestPaths.Repository, "docs", "pictures", "street.jpg");

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_OnePicture_EveryKindTheSheetAndTheRecord()
    {
        int code = _terminal.Run("corrupt", Street, "--kind", Drawn, "--severity", "2", "--seed", "7", "--out", _folder["out"]);

        Assert.Equal((ExitCode.Done, ""), (code, _terminal.Error));
        Assert.Contains("fog", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(15, Directory.GetDirectories(_folder["out"]).Length);
        RgbImage fog = ImageDecoder.Decode(_folder["out", "fog", "street.jpg"]);
        Assert.Equal((800, 450), (fog.Width, fog.Height));
        RgbImage none = ImageDecoder.Decode(_folder["out", "noimage", "street.jpg"]);
        Assert.Equal((224, 224), (none.Width, none.Height));
        RgbImage sheet = ImageDecoder.Decode(_folder["out", "contact-sheet.png"]);
        Assert.True(sheet.Width > 1000 && sheet.Height > 15 * 225);
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(_folder["out", "corruptions.json"]));
        Assert.Equal(7, record.RootElement.GetProperty("seed").GetInt64());
        Assert.Equal(15, record.RootElement.GetProperty("kinds").GetArrayLength());
    }

    [Fact]
    public void Run_Folder_PathsAndFormsKeptAndFramesAgree()
    {
        foreach (string camera in (string[])["CAM_FRONT", "CAM_BACK", "CAM_BACK_LEFT"])
        {
            WritePng("in", camera, $"{Log}__{camera}__1533280039162460.png");
            WritePng("in", camera, $"{Log}__{camera}__1533280039662460.png");
        }

        File.WriteAllText(_folder["in", "readme.txt"], "no picture");
        File.Copy(Street, _folder["in", "street.jpg"]);

        int code = _terminal.Run("corrupt", _folder["in"], "--kind", "cameracrash,fog", "--severity", "5", "--out", _folder["out"]);

        Assert.Equal((ExitCode.Done, ""), (code, _terminal.Error));
        Assert.Equal(7, Directory.GetFiles(_folder["out", "fog"], "*", SearchOption.AllDirectories).Length);
        Assert.True(File.Exists(_folder["out", "camera_crash", "street.jpg"]));
        foreach (string camera in (string[])["CAM_FRONT", "CAM_BACK", "CAM_BACK_LEFT"])
        {
            bool[] black = [.. Directory.GetFiles(_folder["out", "camera_crash", camera]).Select(file => ImageDecoder.Decode(file).Pixels.All(level => level == 0))];
            Assert.Equal(2, black.Length);
            Assert.Equal(black[0], black[1]);
        }

        Assert.Contains("1 files that are no pictures", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SameSeedTwice_SameBytes()
    {
        WritePng("in", "a.png");
        WritePng("in", "b.png");
        foreach (string name in (string[])["one", "two"])
        {
            Assert.Equal(ExitCode.Done, _terminal.Run("corrupt", _folder["in"], "--kind", Drawn, "--seed", "3", "--out", _folder[name]));
        }

        string[] files = [.. Directory.GetFiles(_folder["one"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder["one"], file))];
        Assert.Equal((15 * 2) + 2, files.Length);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(_folder["one", file]), File.ReadAllBytes(_folder["two", file])));
    }

    [Fact]
    public void Run_Published_SeveritiesOfTheCatalog()
    {
        WritePng("in", "a.png");

        _terminal.Run("corrupt", _folder["in"], "--kind", "fog,colorquant,snow", "--severity", "5", "--published", "--out", _folder["out"]);

        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(_folder["out", "corruptions.json"]));
        Assert.Equal([5, 4, 4], record.RootElement.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetProperty("severity").GetInt32()));
    }

    [Fact]
    public void Run_NamedKindWithoutTheSeverity_RefusedAndNothingWritten()
    {
        int code = _terminal.Run("corrupt", Street, "--kind", "fog,colorquant", "--severity", "5", "--out", _folder["out"]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("color_quant has no severity 5; 1 to 4 are possible", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(_folder["out"]));
    }

    [Fact]
    public void Run_SkipUnavailable_LeftOutAndCounted()
    {
        int code = _terminal.Run("corrupt", Street, "--kind", "fog,colorquant,lowlight", "--severity", "5", "--skip-unavailable", "--out", _folder["out"]);

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("color_quant has no severity 5", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(["fog"], Directory.GetDirectories(_folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Run_OutputExists_NothingChanged()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(_folder["out", "mine.txt"], "mine");

        int code = _terminal.Run("corrupt", Street, "--kind", "fog", "--out", _folder["out"]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("already exists; nothing was changed", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(_folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Run_EmptyOutputFolder_Filled()
    {
        Directory.CreateDirectory(_folder["out"]);

        Assert.Equal(ExitCode.Done, _terminal.Run("corrupt", Street, "--kind", "bright", "--out", _folder["out"]));
        Assert.True(File.Exists(_folder["out", "brightness", "street.jpg"]));
    }

    [Fact]
    public void Run_BrokenPictures_AllNamedAndNothingWritten()
    {
        WritePng("in", "a.png");
        File.WriteAllText(_folder["in", "b.png"], "no picture");
        File.WriteAllText(_folder["in", "c.jpg"], "");

        int code = _terminal.Run("corrupt", _folder["in"], "--kind", "bright", "--out", _folder["out"]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("2 errors:", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("b.png", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(["in"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("fgo", "3", "Did you mean 'fog'?")]
    [InlineData("fog", "6", "--severity: is 6; 1 to 5 are possible.")]
    [InlineData("fog", "0", "--severity: is 0; 1 to 5 are possible.")]
    public void Run_BadArguments_BadInput(string kind, string severity, string expected)
    {
        int code = _terminal.Run("corrupt", Street, "--kind", kind, "--severity", severity, "--out", _folder["out"]);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BadPlaces_BadInput()
    {
        WritePng("in", "a.png");
        Directory.CreateDirectory(_folder["empty"]);

        Assert.Equal(ExitCode.BadInput, _terminal.Run("corrupt", _folder["nowhere"], "--out", _folder["out"]));
        Assert.Equal(ExitCode.BadInput, _terminal.Run("corrupt", _folder["empty"], "--out", _folder["out"]));
        Assert.Equal(ExitCode.BadInput, _terminal.Run("corrupt", _folder["in"], "--out", _folder["in", "out"]));
        WritePng("in", "twice.png");
        File.Copy(_folder["in", "twice.png"], _folder["in", "twice.bmp"]);
        Assert.Equal(ExitCode.BadInput, _terminal.Run("corrupt", _folder["in"], "--kind", "fog", "--out", _folder["out"]));

        Assert.Contains("is neither a picture nor a folder", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("holds no picture", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("lies inside", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("twice.png: would be written to twice.png, as twice.bmp would", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Interrupted_NothingIsLeft()
    {
        WritePng("in", "a.png");
        _terminal.Interrupt();

        int code = _terminal.Run("corrupt", _folder["in"], "--kind", Drawn, "--out", _folder["out"]);

        Assert.Equal(ExitCode.Cancelled, code);
        Assert.Equal(["in"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    private void WritePng(params string[] path)
    {
        string file = _folder[path];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        byte[] pixels = new byte[3 * 48 * 32];
        new Random(1).NextBytes(pixels);
        File.WriteAllBytes(file, PngEncoder.Encode(new RgbImage(48, 32, pixels)));
    }
}
