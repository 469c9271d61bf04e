using DriveKD.Cli.Commands.Worlds.Building;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands.Worlds.Building;

public sealed class StepViewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tell_LinesOfProgress_GiveStageAndShare()
    {
        StepView view = new(new BuildStep { Name = "data", Seconds = 1, Product = _folder["data"] });

        view.Tell("making scenes: 37 %");
        Assert.Equal(("making scenes", 0.37), (view.Stage, view.Share));
        view.Tell("a word about something else");
        Assert.Equal(0.37, view.Share);
        view.Tell("{\"Stage\":\"answering\",\"Done\":30,\"Total\":120}");
        Assert.Equal(("answering", 0.25), (view.Stage, view.Share));
    }

    [Fact]
    public void Look_RunFolder_CountsTheStepsOfItsMetrics()
    {
        BuildSettings settings = BuildPlanTests.Settings(_folder, 0.01);
        BuildStep tower = BuildPlan.Create(settings).Find("tower");
        StepView view = new(tower);
        view.Tell("drawing training pictures: 60 %");
        view.Look();
        Assert.Equal(("drawing training pictures", 0.0), (view.Stage, view.Share));

        Directory.CreateDirectory(tower.Product);
        // The last line is being written.
        File.WriteAllText(Path.Combine(tower.Product, "metrics.jsonl"), "{\"step\":12,\"loss\":1}\n{\"step\":13,\"loss\":1}\n{\"step\":14,\"lo");
        view.Look();

        Assert.Equal(26, tower.Recipe!.Steps);
        Assert.Equal(("training", 0.5), (view.Stage, view.Share));
        Assert.Equal(20, view.Rest(20, expected: 1000));
    }

    [Fact]
    public void Rest_WithoutShare_IsWhatIsExpected() =>
        Assert.Equal(70, new StepView(new BuildStep { Name = "start", Seconds = 1, Product = _folder["start"] }).Rest(30, expected: 100));
}
