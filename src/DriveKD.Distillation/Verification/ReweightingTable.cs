using System.Globalization;
using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;
using DriveKD.Models.Verification;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Verification;

/// <summary>Online reweighting alone: windows of losses and gradient norms, and the weights after each.</summary>
internal static class ReweightingTable
{
    public const string Key = "windows";

    public static void Run(IReadOnlyList<GoldenFacts> rows, StageTable stages)
    {
        foreach ((int number, GoldenFacts row) in rows.Index())
        {
            WeightingSettings settings = new() { Alpha = row.Number("alpha") ?? 0, LearningRate = row.Number("lr") ?? 3e-4 };
            OnlineReweighting weighting = new(settings, TrainerSettings.WeightsOf(row), overflowsLargeWeights: true);
            string setting = string.Create(CultureInfo.InvariantCulture, $"setting {number}");
            if (row.Tasks("tasks_with_learned_weight") is IReadOnlyList<TrainingTask> learned)
            {
                stages[TrainerTables.Rows].SameItems($"{setting}, learned weights", [.. learned.Order()], [.. weighting.Raw.Keys.Order()]);
            }

            stages[TrainerTables.RawWeights].Compare($"{setting}, at the start", row.NumbersByTask("a_start"), Of(weighting.Raw));
            stages[TrainerTables.Weights].Compare($"{setting}, at the start", row.NumbersByTask("weights_start"), task => weighting[task]);
            foreach ((int window, GoldenFacts facts) in row.Need(Key, row.Objects(Key)).Index())
            {
                Compare(facts, string.Create(CultureInfo.InvariantCulture, $"{setting}, window {window}"), weighting, stages);
            }
        }
    }

    private static void Compare(GoldenFacts facts, string name, OnlineReweighting weighting, StageTable stages)
    {
        WindowStatistics window = new([.. facts.Need("micro_steps", facts.Objects("micro_steps")).Select(step => new MicroStepStatistics
        {
            Losses = step.Need("losses", step.NumbersByTask("losses")),
            GradientNorms = step.Need("gradient_norms", step.NumbersByTask("gradient_norms")),
        })]);
        stages[TrainerTables.Means].Compare($"{name}, loss", facts.NumbersByTask("mean_losses"), task => window.MeanLoss(task));
        stages[TrainerTables.Means].Compare($"{name}, norm", facts.NumbersByTask("mean_gradient_norms"), task => window.MeanGradientNorm(task));
        ReweightingStep? step = weighting.Step(window);
        if (facts.Boolean("updated") is bool isUpdated)
        {
            stages[TrainerTables.Rows].Same($"{name}, updated", isUpdated, step is not null);
        }

        stages[TrainerTables.Weights].Compare($"{name}, returned", facts.NumbersByTask("weights_returned"), Of(step?.NewWeights));
        stages[TrainerTables.RawWeights].Compare(name, facts.NumbersByTask("a"), Of(weighting.Raw));
        stages[TrainerTables.Weights].Compare($"{name}, after", facts.NumbersByTask("weights_next"), task => weighting[task]);
        stages[TrainerTables.Means].Compare($"{name}, first loss", facts.NumbersByTask("first_losses"), Of(weighting.FirstLosses));
    }

    private static Func<TrainingTask, double?> Of(IReadOnlyDictionary<TrainingTask, double>? values) => task => values?.TryGetValue(task, out double value) == true ? value : null;
}
