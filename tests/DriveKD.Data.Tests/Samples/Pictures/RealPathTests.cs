using DriveKD.Data.Samples.Pictures;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Samples.Pictures;

public sealed class RealPathTests
{
    [Fact]
    public void Resolve_LinksOnEveryLevel_TheRealPlace()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["real", "deep"]);
        File.WriteAllText(folder["real", "deep", "f"], "x");
        Directory.CreateSymbolicLink(folder["one"], "real");
        Directory.CreateSymbolicLink(folder["two"], folder["one", "deep"]);
        File.CreateSymbolicLink(folder["three"], "two/../deep/f");

        RealPath realPath = new();

        Assert.Equal(realPath.Resolve(folder["real", "deep", "f"]), realPath.Resolve(folder["one", "deep", "f"]));
        Assert.Equal(realPath.Resolve(folder["real", "deep", "f"]), realPath.Resolve(folder["two", "f"]));
    }

    [Fact]
    public void Resolve_Circle_Null()
    {
        using TemporaryFolder folder = new();
        Directory.CreateSymbolicLink(folder["a"], "b");
        Directory.CreateSymbolicLink(folder["b"], "a");

        Assert.Null(new RealPath().Resolve(folder["a", "f"]));
    }
}
