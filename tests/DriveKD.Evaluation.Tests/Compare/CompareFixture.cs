using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Compare;

/// <summary>Comparisons and results without models.</summary>
internal static class CompareFixture
{
    public static CompareRecipe Recipe(params CompareArm[] arms) => new()
    {
        Output = "/out",
        Recipe = "/base.yaml",
        Arms = [.. arms],
        Baseline = arms[0].Name,
        Seeds = ["1-4"],
        Test = Data,
        Tuning = arms.Any(arm => arm.Tune is not null) ? new CompareTuningSettings { Seeds = ["11", "12"], Data = Data } : null,
    };

    private static CompareDataSettings Data => new() { Records = ["/records.json"], Images = "/images" };

    /// <summary>A result whose capabilities have so many right answers of ten.</summary>
    public static RunResult Result(CompareRun run, int perception, int planning, string weights = "w", string order = "o") => new(
        run,
        new RunFacts { Key = "k", Program = "p", Steps = 3, Samples = 12, TrainingSeconds = 2, AnsweringSeconds = 1, ProcessorSeconds = 3, WeightsHash = weights, TrainingSetHash = order },
        [.. Answers(Capability.Perception, perception), .. Answers(Capability.Planning, planning)]);

    public static RunResult Failure(CompareRun run, string error) => new(run, new RunFacts { Key = "k", Program = "p", Error = error }, []);

    private static IEnumerable<CompareAnswer> Answers(Capability capability, int right) => Enumerable.Range(0, 10).Select(i => new CompareAnswer
    {
        Id = $"{capability}/{i}",
        Capability = capability,
        Type = i < 5 ? "first" : "<second>",
        Question = "?",
        Gold = "yes",
        Pred = i < right ? "yes" : "no",
        Exact = i < right,
        RougeL = i < right ? 1 : 0,
    });
}
