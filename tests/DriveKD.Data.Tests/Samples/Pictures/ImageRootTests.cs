using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Samples.Pictures;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Samples.Pictures;

public sealed class ImageRootTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageRoot _root;

    public ImageRootTests()
    {
        Write("root/samples/CAM_FRONT/a.jpg");
        Write("root/100k/train/b.jpg");
        Write("root/plain.jpg");
        Write("outside/secret.jpg");
        File.WriteAllBytes(_folder["root", "empty.jpg"], []);
        Directory.CreateDirectory(_folder["root", "folder.jpg"]);
        _root = new ImageRoot(_folder["root"]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain.jpg", "plain.jpg")]
    [InlineData("./plain.jpg", "plain.jpg")]
    [InlineData("samples/../plain.jpg", "plain.jpg")]
    [InlineData("samples//CAM_FRONT/a.jpg", "samples/CAM_FRONT/a.jpg")]
    [InlineData("samples\\CAM_FRONT\\a.jpg", "samples/CAM_FRONT/a.jpg")]
    [InlineData("../nuscenes/samples/CAM_FRONT/a.jpg", "samples/CAM_FRONT/a.jpg")]
    [InlineData("data/nuscenes/samples/CAM_FRONT/a.jpg", "samples/CAM_FRONT/a.jpg")]
    [InlineData("nuscenes/samples/CAM_FRONT/a.jpg", "samples/CAM_FRONT/a.jpg")]
    [InlineData(".../nuscenes/samples/CAM_FRONT/a.jpg", "samples/CAM_FRONT/a.jpg")]
    [InlineData("/mnt/nuscenes/x/nuscenes/samples/CAM_FRONT/a.jpg", "samples/CAM_FRONT/a.jpg")]
    [InlineData(".../100k/train/b.jpg", "100k/train/b.jpg")]
    public void Resolve_PathByTheRule_Found(string recorded, string expected) =>
        Assert.Equal(_folder["root", expected], _root.Resolve(recorded).FullPath);

    [Fact]
    public void Resolve_AsRecorded_BeforeAnyPrefixIsTaken()
    {
        Write("root/nuscenes/samples/CAM_FRONT/a.jpg");

        Assert.Equal(_folder["root", "nuscenes/samples/CAM_FRONT/a.jpg"], _root.Resolve("nuscenes/samples/CAM_FRONT/a.jpg").FullPath);
        Assert.Equal(_folder["root", "nuscenes/samples/CAM_FRONT/a.jpg"], _root.Resolve(".../nuscenes/samples/CAM_FRONT/a.jpg").FullPath);
        Assert.Equal(_folder["root", "samples/CAM_FRONT/a.jpg"], _root.Resolve("../nuscenes/samples/CAM_FRONT/a.jpg").FullPath);
    }

    [Fact]
    public void Resolve_AbsolutePathUnderTheRoot_Found() =>
        Assert.Equal(_folder["root", "plain.jpg"], _root.Resolve(_folder["root", "plain.jpg"]).FullPath);

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("CAM_FRONT/a.jpg")]
    [InlineData("samples/CAM_FRONT/A.JPG.bak")]
    [InlineData("other/samples/CAM_FRONT/a.jpg")]
    [InlineData("../nuscenes/a.jpg")]
    [InlineData("notnuscenes/samples/CAM_FRONT/a.jpg")]
    [InlineData("folder.jpg")]
    [InlineData("http://host/samples/CAM_FRONT/a.jpg")]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("plain.jpg\0.png")]
    public void Resolve_NothingThere_MissingAndNeverGuessed(string recorded) =>
        Assert.Equal(RecordFaultKind.MissingPicture, Fault(recorded));

    [Theory]
    [InlineData("../outside/secret.jpg")]
    [InlineData("samples/../../outside/secret.jpg")]
    [InlineData("..\\outside\\secret.jpg")]
    [InlineData("../nuscenes/../outside/secret.jpg")]
    [InlineData("/etc/passwd")]
    [InlineData("../root2/x.jpg")]
    [InlineData("..")]
    [InlineData(".")]
    public void Resolve_LeavesTheRoot_Refused(string recorded) => Assert.Equal(RecordFaultKind.PictureOutsideRoot, Fault(recorded));

    [Fact]
    public void Resolve_AbsolutePathOutside_Refused() =>
        Assert.Equal(RecordFaultKind.PictureOutsideRoot, Fault(_folder["outside", "secret.jpg"]));

    [Fact]
    public void Resolve_EmptyFile_Fault() => Assert.Equal(RecordFaultKind.EmptyPicture, Fault("empty.jpg"));

    [Fact]
    public void Resolve_LinkOutOfTheRoot_Refused()
    {
        File.CreateSymbolicLink(_folder["root", "direct.jpg"], _folder["outside", "secret.jpg"]);
        File.CreateSymbolicLink(_folder["root", "relative.jpg"], "../outside/secret.jpg");
        Directory.CreateSymbolicLink(_folder["root", "linked"], _folder["outside"]);
        Directory.CreateSymbolicLink(_folder["root", "chained"], "linked");

        Assert.All(
            (string[])["direct.jpg", "relative.jpg", "linked/secret.jpg", "chained/secret.jpg"],
            recorded => Assert.Equal(RecordFaultKind.PictureOutsideRoot, Fault(recorded)));
    }

    [Fact]
    public void Resolve_LinkInsideTheRoot_Found()
    {
        File.CreateSymbolicLink(_folder["root", "alias.jpg"], "samples/../plain.jpg");
        Directory.CreateSymbolicLink(_folder["root", "front"], _folder["root", "samples", "CAM_FRONT"]);

        Assert.Equal(_folder["root", "alias.jpg"], _root.Resolve("alias.jpg").FullPath);
        Assert.Equal(_folder["root", "front/a.jpg"], _root.Resolve("front/a.jpg").FullPath);
    }

    [Fact]
    public void Resolve_RootIsALink_ItsPicturesAreInside()
    {
        Directory.CreateSymbolicLink(_folder["shortcut"], _folder["root"]);

        Assert.Equal(_folder["shortcut", "plain.jpg"], new ImageRoot(_folder["shortcut"]).Resolve("plain.jpg").FullPath);
    }

    [Fact]
    public void Resolve_LinkThatLeadsNowhere_Missing()
    {
        File.CreateSymbolicLink(_folder["root", "dangling.jpg"], "gone.jpg");
        File.CreateSymbolicLink(_folder["root", "x.jpg"], "y.jpg");
        File.CreateSymbolicLink(_folder["root", "y.jpg"], "x.jpg");

        Assert.Equal(RecordFaultKind.MissingPicture, Fault("x.jpg"));
        Assert.Equal(RecordFaultKind.MissingPicture, Fault("dangling.jpg"));
    }

    [Fact]
    public void Constructor_NoFolder_Refused()
    {
        Assert.Throws<InputException>(() => new ImageRoot(_folder["none"]));
        Assert.Throws<InputException>(() => new ImageRoot(_folder["root", "plain.jpg"]));
        Assert.Throws<InputException>(() => new ImageRoot(" "));
    }

    private RecordFaultKind Fault(string recorded)
    {
        PictureResolution resolution = _root.Resolve(recorded);
        Assert.Null(resolution.FullPath);
        Assert.NotEmpty(resolution.What);
        return resolution.Fault;
    }

    private void Write(string path)
    {
        string full = _folder[path];
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, path);
    }
}
