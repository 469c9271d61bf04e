using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Pretraining.Assets;
using DriveKD.Tests;
using DriveKD.World;

namespace DriveKD.Pretraining.Tests.Assets;

public sealed class WorldManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WorldManifestTests() => ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset("world-student"), Folder = _folder["student"] });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Written_IsTheSame()
    {
        WorldManifest manifest = Manifest();
        manifest.Write(_folder.Path);

        WorldManifest read = WorldManifest.Read(_folder.Path);

        Assert.Equal((manifest.WorldVersion, manifest.Commit, manifest.Tokenizer), (read.WorldVersion, read.Commit, read.Tokenizer));
        WorldModel model = read.Models["student"];
        Assert.Equal(("recipes/world/student-alignment.yaml", "0123", 3L), (model.Recipe, model.RecipeHash, model.Seed));
        Assert.Equal((0.875, 400), (model.Figures["exact.planning"], model.Counts["exact.planning"]));
        Assert.Equal((0.5, "4567"), (read.Scale, read.Trainings["tower"]));
        Assert.DoesNotContain(WorldManifest.FileName, Directory.GetFiles(_folder["student"]).Select(Path.GetFileName));
    }

    [Fact]
    public void Read_OtherWorld_SaysWhichAndWhatToDo()
    {
        (Manifest() with { WorldVersion = WorldVersion.Current + 1 }).Write(_folder.Path);

        InputException exception = Assert.Throws<InputException>(() => WorldManifest.Read(_folder.Path));

        Assert.Contains($"holds models of world {WorldVersion.Current + 1}, this program's world is {WorldVersion.Current}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Make the models anew with this program, or use the program of commit abc", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherTokenizerAndMissingModel_AreToldTogether()
    {
        WorldManifest manifest = Manifest();
        (manifest with { Tokenizer = new string('0', 64), Models = new Dictionary<string, WorldModel>(manifest.Models) { ["gone"] = manifest.Models["student"] } }).Write(_folder.Path);

        InputException exception = Assert.Throws<InputException>(() => WorldManifest.Read(_folder.Path));

        Assert.Equal(2, exception.Problems.Count);
        Assert.Contains("manifest.json says 000000000000", exception.Message, StringComparison.Ordinal);
        Assert.Contains("names the model gone", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "could not be read")]
    [InlineData("{", "is damaged")]
    [InlineData("null", "holds null")]
    [InlineData("{\"world_version\": 1}", "is damaged")]
    public void Read_DamagedFile_IsExplained(string? content, string expected)
    {
        if (content is not null)
        {
            File.WriteAllText(_folder[WorldManifest.FileName], content);
        }

        InputException exception = Assert.Throws<InputException>(() => WorldManifest.Read(_folder.Path));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains(_folder[WorldManifest.FileName], exception.Message, StringComparison.Ordinal);
    }

    private WorldManifest Manifest() => new()
    {
        WorldVersion = WorldVersion.Current,
        Commit = "abc",
        Tokenizer = BpeTokenizer.Load(_folder["student"]).Fingerprint,
        Models = new Dictionary<string, WorldModel>
        {
            ["student"] = new()
            {
                Recipe = "recipes/world/student-alignment.yaml",
                RecipeHash = "0123",
                Seed = 3,
                Figures = new Dictionary<string, double> { ["exact.planning"] = 0.875 },
                Counts = new Dictionary<string, int> { ["exact.planning"] = 400 },
            },
        },
        Scale = 0.5,
        Trainings = new Dictionary<string, string> { ["tower"] = "4567" },
    };
}
