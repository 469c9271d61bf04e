using System.Diagnostics;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Imaging;

public sealed class FfmpegTests
{
    [Fact]
    public void FindOn_FoldersWithoutIt_Null()
    {
        using TemporaryFolder folder = new();

        Assert.Null(Ffmpeg.FindOn($"{folder.Path}{Path.PathSeparator}/does/not/exist"));
        Assert.Contains("apt-get install ffmpeg", Ffmpeg.Absence, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ItFails_MessageHoldsWhatItSaidAndHowItWasCalled()
    {
        using TemporaryFolder folder = new();
        Ffmpeg ffmpeg = Script(folder, "echo 'Unknown encoder libx265' >&2; exit 3");

        InputException exception = Assert.Throws<InputException>(() => ffmpeg.Run(folder.Path, ["-i", "a.mp4"], CancellationToken.None));

        Assert.Contains("failed with exit code 3: Unknown encoder libx265 (ffmpeg -i a.mp4)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ItCannotBeStarted_InputException()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["ffmpeg"], "no program");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "programs are not told by permissions there");

        Assert.Throws<InputException>(() => Ffmpeg.FindOn(folder.Path)!.Run(folder.Path, [], CancellationToken.None));
    }

    [Fact]
    public void Run_Cancelled_EndsTheProcess()
    {
        using TemporaryFolder folder = new();
        Ffmpeg ffmpeg = Script(folder, "exec sleep 60");
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(300));
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Throws<OperationCanceledException>(() => ffmpeg.Run(folder.Path, [], source.Token));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(50));
    }

    private static Ffmpeg Script(TemporaryFolder folder, string body)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell script");
        string path = folder["ffmpeg"];
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return Ffmpeg.FindOn(folder.Path)!;
    }
}
