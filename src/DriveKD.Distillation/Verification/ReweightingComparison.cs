using DriveKD.Distillation.Training;
using DriveKD.Distillation.Weighting;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>Tells a weighting of a window, as training does, and compares the numbers on the way.</summary>
/// <param name="stages">The case's tallies.</param>
internal sealed class ReweightingComparison(StageTable stages)
{
    /// <summary>Compares one step of the weights.</summary>
    /// <param name="facts">What is recorded of it; null where nothing is.</param>
    /// <param name="name">The optimizer step's name.</param>
    /// <param name="weighting">The weighting; it moves.</param>
    /// <param name="window">The window.</param>
    public void Run(GoldenFacts? facts, string name, ILossWeighting weighting, WindowStatistics window)
    {
        if (facts is null || weighting is not OnlineReweighting online)
        {
            weighting.Observe(window);
            if (facts is not null)
            {
                stages[TrainerStages.Reweighting].Fail($"{name}: recorded, but the weights are static");
            }

            return;
        }

        Compare(TrainerStages.ReweightedWeights, "weights_before", task => online[task]);
        Compare(TrainerStages.ReweightedWeights, "a_before", task => online.Raw.TryGetValue(task, out double raw) ? raw : null);
        Dictionary<TrainingTask, double> slopes = online.Raw.Keys.ToDictionary(task => task, online.Slope);
        ReweightingStep? step = online.Step(window);
        if (facts.Tasks("available") is IReadOnlyList<TrainingTask> available)
        {
            stages[TrainerStages.Order].SameItems($"{name}, reweighted tasks", [.. available.Order()], [.. step?.Tasks ?? []]);
        }

        Compare(TrainerStages.WindowLosses, "mean_losses", Of(step?.MeanLosses));
        Compare(TrainerStages.WindowLosses, "first_losses", Of(online.FirstLosses));
        Compare(TrainerStages.Reweighting, "mean_gradient_norms", Of(step?.MeanNorms));
        Compare(TrainerStages.Reweighting, "G", Of(step?.WeightedNorms));
        Compare(TrainerStages.Reweighting, "targets", Of(step?.Targets));
        Compare(TrainerStages.Reweighting, "a_gradients", task => step?.Gradients.TryGetValue(task, out double gradient) == true ? gradient * slopes[task] : null);
        if (facts.Number("objective") is double objective)
        {
            stages[TrainerStages.Reweighting].Near($"{name}, objective", objective, step?.Objective ?? double.NaN);
        }

        Compare(TrainerStages.ReweightedWeights, "weights_after", Of(step?.NewWeights));
        Compare(TrainerStages.ReweightedWeights, "a_after", Of(online.Raw));

        void Compare(string stage, string key, Func<TrainingTask, double?> own) => stages[stage].Compare($"{name}, {key}", facts.NumbersByTask(key), own);
    }

    private static Func<TrainingTask, double?> Of(IReadOnlyDictionary<TrainingTask, double>? values) => task => values?.TryGetValue(task, out double value) == true ? value : null;
}
