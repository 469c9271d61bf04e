using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Samples.Inspection;
using DriveKD.Tests;
using DriveKD.World.Questions;
using DriveKD.World.Questions.Files;

namespace DriveKD.World.Tests.Questions.Files;

public sealed class DatasetFilesTests : IDisposable
{
    private static readonly string[] _parts = [WorldSplit.Train, WorldSplit.Validation, WorldSplit.Test];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_EveryFile_IsReadWithoutFaultAndSharesNothing()
    {
        WorldDataset dataset = DatasetFiles.Write(_folder["set"], Settings() with { HasAllCameras = true, HasFacts = true }, MadeUpFacts.Source);

        foreach (string ending in (string[])[".json", DatasetFiles.DriveBench, DatasetFiles.Captions, DatasetFiles.General])
        {
            foreach (string part in _parts)
            {
                RecordFile records = Read(part + ending);
                Assert.Empty(records.Faults);
                Assert.NotEmpty(records.Samples);
                Assert.All(records.Samples, sample => Assert.Equal(sample.Images.Count == 0 ? 0 : 6, sample.Images.Count));
                DataInspection inspection = DataInspector.Inspect(
                    _folder["set", part + ending],
                    new InspectionOptions { ImageRoot = _folder["set"], Against = part == WorldSplit.Train ? null : _folder["set", WorldSplit.Train + ending] });
                Assert.True(inspection.IsSound, $"{part + ending}: {string.Join(" ", inspection.Faults)} {string.Join(" ", inspection.Leakage?.SharedQuestions ?? [])}");
            }
        }

        Assert.Equal(dataset.Find("test").Questions.Select(question => question.Answer), Read("test.json").Samples.Select(sample => sample.Answer));
        Assert.Equal(dataset.Find("test").Questions.Select(question => question.Answer), Read("test" + DatasetFiles.DriveBench).Samples.Select(sample => sample.Answer));
        Assert.Equal(60, Directory.GetFiles(_folder["set", "pictures"], "*.png", SearchOption.AllDirectories).Length / 2);
        Assert.Equal(20, Directory.GetFiles(_folder["set", "facts"], "*.json", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Write_TwiceWithOtherThreads_SameBytes()
    {
        DatasetFiles.Write(_folder["a"], Settings(), MadeUpFacts.Source);
        DatasetFileSettings settings = Settings();
        DatasetFiles.Write(_folder["b"], settings with { Data = settings.Data with { Threads = 1 } }, MadeUpFacts.Source);

        string[] files = Names("a");
        Assert.Equal(files, Names("b"));
        Assert.Equal(20 + (6 * 3) + 1, files.Length);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(_folder["a", file]), File.ReadAllBytes(_folder["b", file])));

        string[] Names(string name) => [.. Directory.GetFiles(_folder[name], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder[name], file)).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Write_Summary_SaysWhatWasMade()
    {
        DatasetFiles.Write(_folder["set"], Settings(), MadeUpFacts.Source);
        JsonElement summary = JsonDocument.Parse(File.ReadAllText(_folder["set", DatasetFiles.Summary])).RootElement;

        Assert.Equal("abc", summary.GetProperty("commit").GetString());
        Assert.Equal(20, summary.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("scenes").GetInt32()));
        Assert.InRange(summary.GetProperty("text_only").GetProperty("planning").GetProperty("text_only").GetDouble(), 0, 1);
    }

    [Fact]
    public void Write_SceneFails_LeavesNothing()
    {
        SceneSource source = MadeUpFacts.Source with { Find = seed => seed % 5 == 0 ? throw new InputException("scene", "is broken.") : MadeUpFacts.Find(seed) };

        Assert.ThrowsAny<Exception>(() => DatasetFiles.Write(_folder["set"], Settings(), source));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_FolderIsTaken_NothingIsChanged()
    {
        Directory.CreateDirectory(_folder["set"]);

        Assert.Throws<InputException>(() => DatasetFiles.Write(_folder["set"], Settings(), MadeUpFacts.Source));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["set"]));
    }

    private static DatasetFileSettings Settings() => new()
    {
        Data = new DatasetSettings { Scenes = 20, Seed = 1, TrainShare = 50, ValidationShare = 25, TestShare = 25 },
        Level = "made up",
        Program = "test",
        Commit = "abc",
    };

    private RecordFile Read(string name) => RecordReader.Read(_folder["set", name], new RecordReadOptions { ImageRoot = _folder["set"] });
}
