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
}
