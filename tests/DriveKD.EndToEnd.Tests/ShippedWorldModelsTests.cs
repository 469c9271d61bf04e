using System.Text.Json;
using DriveKD.Pretraining.Assets;
using DriveKD.Tests;
using DriveKD.World;

namespace DriveKD.EndToEnd.Tests;

/// <summary>The models of <c>assets/world</c> as they are in the repository: of this world, small, and worth following.</summary>
public sealed class ShippedWorldModelsTests : IDisposable
{
    private const long MostBytes = 16_000_000;

    private static readonly string _launcher = Path.Combine(TestPaths.Repository, "drivekd");
    private static readonly string _assets = Path.Combine(TestPaths.Repository, "assets", "world");

    private readonly TemporaryFolder _folder = new();

    public ShippedWorldModelsTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "the shell launcher is for Unix");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Manifest_ShippedModels_AreOfThisWorldAndAFullBuild()
    {
        WorldManifest manifest = WorldManifest.Read(_assets);

        Assert.Equal((WorldVersion.Current, 1.0), (manifest.WorldVersion, manifest.Scale));
        Assert.Matches("^[0-9a-f]{40}$", manifest.Commit);
        Assert.Equal(["perception", "planning", "reasoning", "student"], manifest.Models.Keys.Order());
        Assert.InRange(Directory.EnumerateFiles(_assets, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 1, MostBytes);
    }

    /// <summary>On scenes of another seed than any that the models were trained or scored on.</summary>
    [Fact]
    public void Ask_FreshScenes_EachTeacherKnowsItsCapabilityAndTheStudentDoesNot()
    {
        Run("world", "generate", "--scenes", "240", "--questions", "240", "--splits", "50/0/50", "--references", "words", "--open-only", "--seed", "9007", "--out", _folder["data"]);

        double[] teachers = [.. ((string[])["perception", "reasoning", "planning"]).Select(capability => Exact(capability)[capability])];

        // Well below what the manifest says: a hundred questions are few.
        Assert.All(teachers, exact => Assert.InRange(exact, 0.6, 1));
        Assert.All(Exact("student").Values, exact => Assert.InRange(exact, 0, 0.3));
    }

    private Dictionary<string, double> Exact(string model)
    {
        Run("world-scores", Path.Combine(_assets, model), "--records", _folder["data", "test.json"], "--images", _folder["data"], "--out", _folder[model]);
        using JsonDocument scores = JsonDocument.Parse(File.ReadAllText(_folder[model, "scores.json"]));
        return scores.RootElement.GetProperty("Exact").EnumerateObject().ToDictionary(score => score.Name, score => score.Value.GetDouble());
    }

    private static void Run(params string[] arguments)
    {
        ProgramResult result = ProgramRunner.Run(_launcher, arguments, TestPaths.Repository);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
