using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Folders;

public sealed class RunInputsTests
{
    [Fact]
    public void DifferencesTo_EveryKindOfChange_IsNamed()
    {
        using TemporaryFolder folder = new();
        RunInputs before = Describe(folder);
        before.Write(folder.Path);
        Assert.Empty(RunInputs.Read(folder.Path).DifferencesTo(Describe(folder)));

        File.AppendAllText(folder["records.json"], " ");
        File.AppendAllText(folder["a.png"], "more");
        File.WriteAllText(folder["model", "config.json"], "{ }");
        IReadOnlyList<string> differences = RunInputs.Read(folder.Path).DifferencesTo(Describe(folder) with { Commit = "def" });

        Assert.Equal(
            [
                "program: 1.0 abc then, 1.0 def now",
                $"records {folder["records.json"]}: its content has changed",
                "pictures: 1 then, 1 now; paths or sizes differ",
                $"model {folder["model"]}: its content has changed",
            ],
            differences);
    }

    private static RunInputs Describe(TemporaryFolder folder)
    {
        if (!Directory.Exists(folder["model"]))
        {
            Directory.CreateDirectory(folder["model"]);
            File.WriteAllText(folder["records.json"], "[]");
            File.WriteAllText(folder["a.png"], "picture");
            File.WriteAllText(folder["model", "config.json"], "{}");
        }

        return new RunInputs
        {
            Version = "1.0",
            Commit = "abc",
            Records = RunInputs.OfRecords([folder["records.json"]]),
            Pictures = RunInputs.OfPictures([folder["a.png"]]),
            Models = new Dictionary<string, string> { [folder["model"]] = RunInputs.OfModel(folder["model"]) },
        };
    }

    [Fact]
    public void OfPictures_InMemory_FollowsNamesAndPixels()
    {
        static Sample Of(string name, byte value, string answer = "Yes.") => new()
        {
            Images = [SampleImage.InMemory(name, () => new RgbImage(1, 1, [value, 0, 0]))],
            Question = "?",
            Answer = answer,
            Capability = Capability.Planning,
            QuestionType = "",
            Source = new SourcePosition("world", 0, "$"),
        };
        string first = RunInputs.OfPictures([Of("a", 1), Of("b", 2)]);
        Assert.StartsWith("2 ", first, StringComparison.Ordinal);
        Assert.Equal(first, RunInputs.OfPictures([Of("b", 2), Of("a", 1), Of("a", 1)]));
        Assert.NotEqual(first, RunInputs.OfPictures([Of("a", 1), Of("b", 3)]));
        Assert.NotEqual(first, RunInputs.OfPictures([Of("a", 1), Of("c", 2)]));
        Assert.Equal(RunInputs.OfSamples([Of("a", 1)]), RunInputs.OfSamples([Of("a", 1)]));
        Assert.NotEqual(RunInputs.OfSamples([Of("a", 1)]), RunInputs.OfSamples([Of("a", 1, "No.")]));
        Assert.Throws<InvalidOperationException>(() => RunInputs.OfPictures([Of("a", 1) with { Images = [new SampleImage("a.png", null, null)] }]));
    }
}
