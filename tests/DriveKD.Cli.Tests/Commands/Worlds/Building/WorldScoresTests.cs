using DriveKD.Cli.Commands.Worlds.Building;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;

namespace DriveKD.Cli.Tests.Commands.Worlds.Building;

public sealed class WorldScoresTests
{
    [Fact]
    public void Of_TellsFormsApart()
    {
        WorldScores scores = WorldScores.Of(
        [
            Answer(Capability.Perception, "Near left red: B", true),
            Answer(Capability.Perception, "C", false),
            Answer(Capability.Perception, "Near left red.", true),
            Answer(Capability.Planning, "Brake because the near ego car brakes.", false),
        ]);

        Assert.Equal(["perception", "perception.choice", "perception.open", "planning", "planning.open"], scores.Questions.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((3, 2, 1), (scores.Questions["perception"], scores.Questions["perception.choice"], scores.Questions["perception.open"]));
        Assert.Equal(2 / 3.0, scores.Exact["perception"], 12);
        Assert.Equal((0.5, 1.0, 0.0), (scores.Exact["perception.choice"], scores.Exact["perception.open"], scores.Exact["planning.open"]));
    }

    private static CompareAnswer Answer(Capability capability, string gold, bool isExact) => new()
    {
        Id = gold,
        Capability = capability,
        Type = "type",
        Question = "question",
        Gold = gold,
        Exact = isExact,
        RougeL = 0,
    };
}
