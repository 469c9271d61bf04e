using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Quickstart;
using DriveKD.Evaluation.Tests.Compare;
using DriveKD.Runs.Metrics;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Quickstart;

/// <summary>A quick start's report without models.</summary>
internal static class QuickstartFixture
{
    private static readonly byte[] _png = [1, 2, 3];

    /// <summary>Right answers of ten on perception: those of the supervised student, then of the distilled one, seed by seed.</summary>
    public static QuickstartReport Report(params (int Supervised, int Distilled)[] right)
    {
        CompareRecipe recipe = CompareFixture.Recipe(new CompareArm { Name = QuickstartReport.Supervised }, new CompareArm { Name = QuickstartReport.Distilled }) with
        {
            Seeds = [right.Length > 1 ? FormattableString.Invariant($"1-{right.Length}") : "1"],
        };
        RunResult[] runs =
        [
            .. right.SelectMany((pair, i) => (RunResult[])
            [
                CompareFixture.Result(new CompareRun(CompareStage.Final, QuickstartReport.Supervised, null, null, i + 1), pair.Supervised, 5),
                CompareFixture.Result(new CompareRun(CompareStage.Final, QuickstartReport.Distilled, null, null, i + 1), pair.Distilled, 5),
            ]),
        ];
        QuickstartQuestion question = new(Capability.Perception, "colour", "Which colour has the <near> car ?", "Red.");
        return new QuickstartReport
        {
            Folder = "/out",
            Facts = [new("command", "drivekd quickstart --seed 1"), new("machine", "a processor")],
            Scene = new QuickstartScene("Test scene 07", _png, [question]),
            Scores = [new QuickstartScore(Capability.Perception, 10, 9, 2), new QuickstartScore(Capability.Planning, 10, 8, 3)],
            Recipe = recipe,
            Results = CompareStatistics.Of(recipe, runs),
            Curves = [Curve(QuickstartReport.Supervised, 0), Curve(QuickstartReport.Distilled, 0.5)],
            Attention = [new QuickstartAttention("Attention that perception is distilled from", _png, question.Text, question.Answer)],
            Answers = [new QuickstartAnswers(question, _png, [new("teacher", "Red.", true), new("distilled", "Blue.", false), new("supervised", null, false)])],
            Phases = [new("making scenes", 9.26), new("training", 200)],
            Next = [new("./drivekd ask x", "asks")],
            Program = "drivekd 0",
            MadeAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };
    }

    private static QuickstartCurve Curve(string arm, double conflicts) => new(arm, 1, new MetricsLog
    {
        Rows =
        [
            .. Enumerable.Range(1, 5).Select(step => new MetricsRow(step, new Dictionary<string, double>
            {
                ["loss.ce"] = 3.0 / step,
                ["loss.perception"] = 0.1 / step,
                ["gradient.cosine.ce_perception"] = 0.25,
                ["gradient.conflict.ce_perception"] = conflicts,
                ["gradient.conflicts_before"] = conflicts,
                ["gradient.conflicts_after"] = 0,
                ["gradient.distillation_share"] = 0.04,
            })),
        ],
    });
}
