using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Weighting;

/// <summary>What the weightings share: numbers by task, and their names in a saved state.</summary>
internal static class TaskWeights
{
    /// <summary>The static weight of each task that is on: those above 0, supervision first.</summary>
    /// <param name="weights">The recipe's weights.</param>
    public static IReadOnlyDictionary<TrainingTask, double> ByTask(LossWeights weights) =>
        Enum.GetValues<Capability>()
            .Select(signal => (Task: TrainingTasks.Of(signal), Weight: weights[signal]))
            .Prepend((Task: TrainingTask.Supervision, Weight: weights.Supervision))
            .Where(entry => entry.Weight > 0)
            .ToDictionary(entry => entry.Task, entry => entry.Weight);

    /// <summary>The name of a saved number: <c>first_loss.ce</c>.</summary>
    /// <param name="what">What is saved.</param>
    /// <param name="task">Of which task.</param>
    public static string NameOf(string what, TrainingTask task) => $"{what}.{TrainingTasks.KeyOf(task)}";

    /// <summary>A saved number.</summary>
    /// <param name="state">What was saved.</param>
    /// <param name="what">What is read.</param>
    /// <param name="task">Of which task.</param>
    /// <exception cref="InputException">It was not saved: the state comes from a run with other weights or another kind of weighting.</exception>
    public static double Saved(this IReadOnlyDictionary<string, double> state, string what, TrainingTask task) =>
        state.TryGetValue(NameOf(what, task), out double value)
            ? value
            : throw new InputException(
                "the saved loss weights",
                $"hold no number {NameOf(what, task)}: they come from a run with other distillation.weights or another weighting.kind. Resume with the recipe of that run.");
}
