using System.Diagnostics;
using System.Runtime.Versioning;
using DriveKD.Tests;

namespace DriveKD.EndToEnd.Tests;

/// <summary>
/// The launcher script in a small repository of the test's own, with a stand-in for dotnet that notes what it is asked for:
/// when it builds, and what it starts.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class LauncherTests : IDisposable
{
    private const string StandIn =
        """
        #!/bin/sh
        case $1 in
          --version)
            echo "${SDK:-10.0.100}"
            exit "${SDK_CODE:-0}" ;;
          build)
            for argument; do case $argument in -p:DriveKDDevice=*) device=${argument#*=} ;; esac; done
            echo "$device" >>"$BUILDS"
            sleep "${BUILD_SECONDS:-0}"
            [ -z "${BUILD_FAILURE:-}" ] || { echo "$BUILD_FAILURE"; exit 1; }
            out=artifacts/bin/DriveKD.Cli/release
            [ "$device" = cpu ] || out=artifacts/$device/bin/DriveKD.Cli/release
            mkdir -p "$out"
            : >"$out/drivekd.dll" ;;
          *)
            printf '%s|' "$$" "$@"
            exit "${PROGRAM_CODE:-0}" ;;
        esac
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _repository;
    private readonly string _builds;
    private readonly Dictionary<string, string?> _environment;

    public LauncherTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");
        _repository = _folder["a repository"];
        _builds = _folder["builds"];
        foreach (string file in new[] { "src/DriveKD.Cli/Program.cs", "src/DriveKD.Data/Sample.cs", "build/Build.targets", "Directory.Build.props", "global.json" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_repository, file))!);
            File.WriteAllText(Path.Combine(_repository, file), file);
        }

        File.Copy(Path.Combine(TestPaths.Repository, "drivekd"), Launcher);
        string bin = Directory.CreateDirectory(_folder["bin"]).FullName;
        WriteExecutable(Path.Combine(bin, "dotnet"), StandIn);
        _environment = new()
        {
            ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}",
            ["HOME"] = _folder.Path,
            ["BUILDS"] = _builds,
            ["DriveKDDevice"] = null,
            ["DOTNET_ROOT"] = null,
        };
    }

    private string Launcher => Path.Combine(_repository, "drivekd");

    private int BuildCount => File.Exists(_builds) ? File.ReadAllLines(_builds).Length : 0;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Start_FirstTime_BuildsOnceAndSaysSo()
    {
        ProgramResult first = Run();
        ProgramResult second = Run();

        Assert.Equal((0, 0, 1), (first.ExitCode, second.ExitCode, BuildCount));
        Assert.Equal("Building DriveKD (once; about a minute) ...\n", first.Error);
        Assert.Empty(second.Error);
    }

    [Fact]
    public void Start_AnyArguments_ArriveUnchanged()
    {
        ProgramResult result = Run("ask", "a folder", "--image=$HOME/*.jpg", "", "\"what is 'ahead'?\"", "--", "-x");

        string program = Path.Combine(_repository, "artifacts/bin/DriveKD.Cli/release/drivekd.dll");
        string arguments = result.Output[(result.Output.IndexOf('|', StringComparison.Ordinal) + 1)..];
        Assert.Equal($"{program}|ask|a folder|--image=$HOME/*.jpg||\"what is 'ahead'?\"|--|-x|", arguments);
    }

    [Fact]
    public void Start_TheProgram_TakesTheLaunchersPlaceSoThatSignalsReachIt()
    {
        Run();
        Process process = ProgramRunner.Start(Launcher, [], _folder.Path, _environment);
        int id = process.Id;

        Assert.StartsWith($"{id}|", ProgramRunner.Finish(process).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(130)]
    public void Start_TheProgramsExitCode_IsKept(int code)
    {
        _environment["PROGRAM_CODE"] = $"{code}";

        Assert.Equal(code, Run().ExitCode);
    }

    [Fact]
    public void Start_ThroughSymbolicLinks_FindsTheRepository()
    {
        string link = _folder["link"];
        File.CreateSymbolicLink(_folder["other"], Launcher);
        File.CreateSymbolicLink(link, "other");

        ProgramResult result = ProgramRunner.Run(link, [], _folder["bin"], _environment);

        Assert.Equal((0, 1), (result.ExitCode, BuildCount));
        Assert.Contains(_repository, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_SourceChanged_BuildsAgain() => AssertBuildsAgain(() => File.AppendAllText(Path.Combine(_repository, "src/DriveKD.Data/Sample.cs"), "more"));

    [Fact]
    public void Start_SourceAdded_BuildsAgain() => AssertBuildsAgain(() => File.WriteAllText(Path.Combine(_repository, "src/DriveKD.Data/New.cs"), ""));

    [Fact]
    public void Start_SourceRemoved_BuildsAgain() => AssertBuildsAgain(() => File.Delete(Path.Combine(_repository, "src/DriveKD.Data/Sample.cs")));

    [Fact]
    public void Start_OlderSourcePutInPlace_BuildsAgain() =>
        AssertBuildsAgain(() => File.SetLastWriteTimeUtc(Path.Combine(_repository, "src/DriveKD.Data/Sample.cs"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)));

    [Theory]
    [InlineData("build/Build.targets")]
    [InlineData("Directory.Build.props")]
    [InlineData("global.json")]
    public void Start_BuildFileChanged_BuildsAgain(string file) => AssertBuildsAgain(() => File.AppendAllText(Path.Combine(_repository, file), "more"));

    [Fact]
    public void Start_ProgramDeleted_BuildsAgain() => AssertBuildsAgain(() => Directory.Delete(Path.Combine(_repository, "artifacts/bin"), recursive: true));

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/DriveKD.Data/.Sample.cs.swp")]
    [InlineData("src/DriveKD.Data/Sample.cs~")]
    public void Start_FileThatIsNoSource_DoesNotBuild(string file)
    {
        Run();
        File.WriteAllText(Path.Combine(_repository, file), "text");
        Run();

        Assert.Equal(1, BuildCount);
    }

    [Fact]
    public void Start_NewCommit_BuildsAgainSoThatVersionNamesIt()
    {
        Git("init", "--quiet");
        Git("add", ".");
        Git("commit", "--quiet", "--message", "one");
        AssertBuildsAgain(() => Git("commit", "--quiet", "--allow-empty", "--message", "two"));
    }

    [Fact]
    public void Start_RepositoryThatGitRefuses_DoesNotBuildEveryTime()
    {
        Git("init", "--quiet");
        Git("add", ".");
        Git("commit", "--quiet", "--message", "one");
        Run();
        WriteExecutable(_folder["bin", "git"], "#!/bin/sh\necho 'fatal: detected dubious ownership' >&2\nexit 128\n");
        ProgramResult result = Run();

        Assert.Equal((0, 1, ""), (result.ExitCode, BuildCount, result.Error));
    }

    [Fact]
    public void Start_BuildFails_ShowsItsOutputAndTriesAgainNextTime()
    {
        _environment["BUILD_FAILURE"] = "Program.cs(1,1): error CS1002: ; expected";
        ProgramResult failed = Run();
        _environment.Remove("BUILD_FAILURE");
        ProgramResult mended = Run();

        Assert.Equal(3, failed.ExitCode);
        Assert.Contains("error CS1002", failed.Error, StringComparison.Ordinal);
        Assert.Contains("drivekd: the build failed", failed.Error, StringComparison.Ordinal);
        Assert.Empty(failed.Output);
        Assert.Equal((0, 2), (mended.ExitCode, BuildCount));
    }

    [Fact]
    public void Start_TwiceAtOnce_BuildsOnce()
    {
        _environment["BUILD_SECONDS"] = "1";
        Process[] both = [.. Enumerable.Range(0, 2).Select(_ => ProgramRunner.Start(Launcher, [], _folder.Path, _environment))];
        ProgramResult[] results = [.. both.Select(ProgramRunner.Finish)];

        Assert.All(results, result => Assert.Equal(0, result.ExitCode));
        Assert.Equal(1, BuildCount);
    }

    [Fact]
    public void Start_NoDotnet_SaysWhatToInstall()
    {
        UseOnlyTheLaunchersTools();
        ProgramResult result = Run();

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("drivekd: no .NET found", result.Error, StringComparison.Ordinal);
        Assert.Contains("Install the .NET 10 SDK", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_DotnetOnlyInTheHomeFolder_IsFound()
    {
        Directory.CreateDirectory(_folder[".dotnet"]);
        File.Move(_folder["bin", "dotnet"], _folder[".dotnet", "dotnet"]);
        UseOnlyTheLaunchersTools();

        Assert.Equal((0, 1), (Run().ExitCode, BuildCount));
    }

    [Fact]
    public void Start_SdkTooOld_SaysWhatToInstallAndBuildsNothing()
    {
        _environment["SDK"] = "A compatible .NET SDK was not found. Requested SDK version: 10.0.100";
        _environment["SDK_CODE"] = "155";
        ProgramResult result = Run();

        Assert.Equal((2, 0), (result.ExitCode, BuildCount));
        Assert.Contains("Requested SDK version: 10.0.100", result.Error, StringComparison.Ordinal);
        Assert.Contains("Install the .NET 10 SDK", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_BuildFolderThatCannotBeWritten_SaysSo()
    {
        Directory.CreateDirectory(Path.Combine(_repository, "artifacts/launcher/lock"));
        ProgramResult result = Run();

        Assert.Equal((2, 0), (result.ExitCode, BuildCount));
        Assert.Contains("cannot be written", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_HomeFolderThatIsAbsent_LeavesNothingBesideTheSources()
    {
        _environment["HOME"] = _folder["absent"];
        Run();
        ProgramResult second = Run();

        Assert.Equal((0, 1), (second.ExitCode, BuildCount));
        Assert.False(Directory.Exists(_folder["absent"]));
        Assert.True(Directory.Exists(Path.Combine(_repository, "artifacts/launcher/home")));
    }

    [Fact]
    public void Start_CudaBuild_StandsBesideTheOther()
    {
        Run();
        _environment["DriveKDDevice"] = "cuda";
        ProgramResult result = Run();
        Run();
        _environment["DriveKDDevice"] = "cpu";
        Run();

        Assert.Equal(["cpu", "cuda"], File.ReadAllLines(_builds));
        Assert.Contains("artifacts/cuda/bin/DriveKD.Cli/release/drivekd.dll", result.Output, StringComparison.Ordinal);
    }

    private static void WriteExecutable(string path, string text)
    {
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    /// <summary>A PATH without dotnet, git and flock.</summary>
    private void UseOnlyTheLaunchersTools()
    {
        string tools = Directory.CreateDirectory(_folder["tools"]).FullName;
        foreach (string tool in new[] { "sh", "readlink", "find", "cat", "mkdir", "mv", "sleep" })
        {
            string path = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);
            File.CreateSymbolicLink(Path.Combine(tools, tool), path);
        }

        _environment["PATH"] = tools;
    }

    private void AssertBuildsAgain(Action change)
    {
        Run();
        Assert.Equal(1, BuildCount);

        change();
        ProgramResult again = Run();
        ProgramResult last = Run();

        Assert.Equal(2, BuildCount);
        Assert.Equal("Building DriveKD again (its sources changed) ...\n", again.Error);
        Assert.Empty(last.Error);
    }

    private void Git(params string[] arguments) =>
        Assert.Equal(0, ProgramRunner.Run("git", ["-c", "user.name=Test", "-c", "user.email=test@example.org", .. arguments], _repository).ExitCode);

    private ProgramResult Run(params string[] arguments) => ProgramRunner.Run(Launcher, arguments, _folder.Path, _environment);
}
