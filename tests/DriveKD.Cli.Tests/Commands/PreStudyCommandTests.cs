using System.Text.Json;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class PreStudyCommandTests : IDisposable
{
    private readonly DistillationFixture _world = new(records: 12);
    private readonly string _recipe;
    private readonly string _run;

    public PreStudyCommandTests()
    {
        (_recipe, _run) = (_world.Path("prestudy.yaml"), _world.Path("study"));
        File.WriteAllText(_recipe, $$"""
            output: {{_run}}
            models: teacher
            student: student
            data: {records: records.json, images: images, samples: 3}
            general: {records: records.json, images: images, samples: 2}
            margin: {bins: 4}
            grid: 4
            pull: {samples: 1}
            """);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Run_TeacherAndStudent_WritesPageFiguresNumbersAndARecipeThatRuns()
    {
        using TestTerminal terminal = new();
        Assert.Equal(0, terminal.Run("prestudy", _recipe, "--explain"));

        Assert.Contains("9 driving samples and 2 general ones, 2 models", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("separation", terminal.Output, StringComparison.Ordinal);
        using JsonDocument numbers = JsonDocument.Parse(File.ReadAllText(Path.Combine(_run, "prestudy.json")));
        JsonElement root = numbers.RootElement;
        Assert.Equal(3, root.GetProperty("proposals").GetArrayLength());
        // Two kinds of maps and states of every layer of the teacher, and logits; a sample of each capability.
        int layers = root.GetProperty("models")[0].GetProperty("layers").GetInt32();
        Assert.Equal(3 * ((3 * layers) + 1), root.GetProperty("pulls").GetArrayLength());
        string[] studies = [.. root.GetProperty("curves").EnumerateArray().Select(curve => curve.GetProperty("study").GetString()!).Distinct()];
        Assert.All(
            ["adjacent_cosine", "vision_text_cosine", "prompt_similarity", "prompt_contrast", "full_map_dispersion", "text_to_vision_mass", "map_entropy", "head_agreement", "generalized_margin", "map_cosine_distance"],
            study => Assert.Contains(study, studies));
        Assert.Contains(root.GetProperty("curves").EnumerateArray(), curve => curve.GetProperty("data").GetString() == "general");

        string page = File.ReadAllText(Path.Combine(_run, "report.html"));
        Assert.Contains("What is recommended", page, StringComparison.Ordinal);
        // Nothing outside the file is read.
        Assert.DoesNotMatch("(src|href)=\"(?!data:|#)", page);
        string[] figures = [.. Directory.GetFiles(Path.Combine(_run, "figures")).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
        Assert.Contains("separation-last-prompt-token.png", figures);
        Assert.Equal(figures.Length / 2, figures.Count(figure => figure.EndsWith(".svg", StringComparison.Ordinal)));
        Assert.True(figures.Length >= 30, $"{figures.Length} figures");

        using TestTerminal distilled = new();
        Assert.Equal(0, distilled.Run("distill", Path.Combine(_run, "proposal.yaml"), "output=" + _world.Path("distilled"), "train.epochs=null", "train.steps=1"));
    }

    [Fact]
    public void Resume_MeasuredSamples_AreNotRunAgainAndGiveTheSame()
    {
        using TestTerminal first = new();
        Assert.Equal(0, first.Run("prestudy", _recipe));
        string curves = File.ReadAllText(Path.Combine(_run, "curves.csv"));
        string[] profiles = [.. Directory.GetFiles(Path.Combine(_run, "profiles"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        // Nine driving samples in both, two general ones in the teacher.
        Assert.Equal(20, profiles.Length);
        File.Delete(profiles[0]);
        DateTime[] written = [.. profiles.Skip(1).Select(File.GetLastWriteTimeUtc)];

        using TestTerminal again = new();
        Assert.Equal(0, again.Run("prestudy", "--resume", _run, "proposal.max_dispersion=0.5"));

        Assert.Equal(curves, File.ReadAllText(Path.Combine(_run, "curves.csv")));
        Assert.True(File.Exists(profiles[0]));
        Assert.Equal(written, profiles.Skip(1).Select(File.GetLastWriteTimeUtc));
        Assert.Equal(0.5, RecipeReader.Read<PreStudyRecipe>(Path.Combine(_run, "recipe.yaml"), []).Recipe.Proposal.MaxDispersion);
    }

    [Fact]
    public void Resume_OtherMeasures_AreRefusedUnlessAllowed()
    {
        using TestTerminal first = new();
        Assert.Equal(0, first.Run("prestudy", _recipe, "pull.samples=0"));

        using TestTerminal refused = new();
        Assert.Equal(2, refused.Run("prestudy", "--resume", _run, "grid=5"));
        Assert.Contains("measures from before and after would not compare", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StudentAfterARun_HasItsDistancesBesideThoseBefore()
    {
        _world.CreateModel("after", 9);
        using TestTerminal terminal = new();
        Assert.Equal(0, terminal.Run("prestudy", _recipe, "student_after=" + _world.Path("after"), "pull.samples=0"));

        using JsonDocument numbers = JsonDocument.Parse(File.ReadAllText(Path.Combine(_run, "prestudy.json")));
        JsonElement[] distances = [.. numbers.RootElement.GetProperty("curves").EnumerateArray().Where(curve => curve.GetProperty("study").GetString() == "map_cosine_distance" && curve.GetProperty("capability").ValueKind == JsonValueKind.String)];
        Assert.Equal(["student", "student after"], distances.Select(curve => curve.GetProperty("model").GetString()).Distinct().Order(StringComparer.Ordinal));
        Assert.All(distances, curve => Assert.Equal("teacher", curve.GetProperty("reference").GetString()));
        Assert.All(distances.SelectMany(curve => curve.GetProperty("points").EnumerateArray()), point => Assert.InRange(point.GetProperty("mean").GetDouble(), 1e-6, 1));
        Assert.True(File.Exists(Path.Combine(_run, "figures", "distance-cosine.svg")));
    }

    [Fact]
    public void Run_WithoutStudent_ProposesLayersAndSaysWhyThereIsNoRecipe()
    {
        using TestTerminal terminal = new();
        Assert.Equal(0, terminal.Run("prestudy", _recipe, "student=null"));

        Assert.Contains("No recipe was written: name the student it is for", terminal.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_run, "proposal.yaml")));
    }

    [Fact]
    public void Run_OneSampleOfACapability_StudiesTheOthersAndSaysSo()
    {
        _world.WriteRecords("few.json", 4);
        using TestTerminal terminal = new();
        Assert.Equal(0, terminal.Run("prestudy", _recipe, "data.records=" + _world.Path("few.json"), "pull.samples=0"));

        Assert.Contains("reasoning", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("perception", terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_DamagedProfile_IsNamed()
    {
        using TestTerminal first = new();
        Assert.Equal(0, first.Run("prestudy", _recipe, "pull.samples=0"));
        string profile = Directory.GetFiles(Path.Combine(_run, "profiles"), "*.json", SearchOption.AllDirectories)[0];
        File.WriteAllText(profile, "{\"model\": ");

        using TestTerminal terminal = new();
        Assert.Equal(2, terminal.Run("prestudy", "--resume", _run));
        Assert.Contains($"{profile}: is damaged", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("Delete the file", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StudentWithOtherTokensPerPicture_IsRefusedWithBothNumbers()
    {
        ModelPreset tiny = ModelFamilies.FindPreset("tiny");
        InternVLConfig config = (InternVLConfig)tiny.Config;
        _world.CreateModel("large", 3, tiny with { Config = config with { TileSize = 2 * config.TileSize, Vision = config.Vision with { ImageSize = 2 * config.TileSize } } });
        using TestTerminal terminal = new();

        Assert.Equal(2, terminal.Run("prestudy", _recipe, "student=" + _world.Path("large")));
        Assert.Matches("makes [0-9]+ tokens of a picture, the other [0-9]+ tokens: their attention maps", terminal.Error);
    }
}
