using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Models.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>Tasks and capabilities as recordings name them: ce, perception, reasoning, planning.</summary>
internal static class RecordedTasks
{
    /// <summary>The signals, in the fixed order of every recorded row.</summary>
    public static IReadOnlyList<TrainingTask> Signals { get; } = [.. TrainingTasks.All.Where(task => task != TrainingTask.Supervision)];

    /// <summary>A list of tasks, or null where the key is absent.</summary>
    /// <param name="facts">The object.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="Data.Errors.InputException">It holds other names.</exception>
    public static IReadOnlyList<TrainingTask>? Tasks(this GoldenFacts facts, string key) => facts.Texts(key)?.Select(name => Parse(facts, key, name)).ToList();

    /// <summary>Numbers by task, or null where the key is absent.</summary>
    /// <param name="facts">The object.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="Data.Errors.InputException">It holds other names.</exception>
    public static IReadOnlyDictionary<TrainingTask, double>? NumbersByTask(this GoldenFacts facts, string key)
    {
        Dictionary<TrainingTask, double>? numbers = facts.NumbersByName(key)?.DistinctBy(entry => entry.Name).ToDictionary(entry => Parse(facts, key, entry.Name), entry => entry.Value);
        return numbers;
    }

    /// <summary>A capability.</summary>
    /// <param name="facts">The object.</param>
    /// <param name="key">The key.</param>
    /// <exception cref="Data.Errors.InputException">It is absent, or none.</exception>
    public static Capability Capability(this GoldenFacts facts, string key) =>
        Enum.TryParse(facts.Text(key), ignoreCase: true, out Capability capability) && Enum.IsDefined(capability)
            ? capability
            : throw facts.Wrong(key, "perception, reasoning or planning");

    /// <summary>Compares numbers by task.</summary>
    /// <param name="tally">Where they are compared.</param>
    /// <param name="item">What they are.</param>
    /// <param name="expected">As recorded; null where nothing is.</param>
    /// <param name="actual">As computed; null where there is none.</param>
    public static void Compare(this StageTally tally, string item, IReadOnlyDictionary<TrainingTask, double>? expected, Func<TrainingTask, double?> actual)
    {
        foreach ((TrainingTask task, double value) in expected ?? new Dictionary<TrainingTask, double>())
        {
            if (double.IsInfinity(value))
            {
                // The raw value of a weight that overflowed.
                tally.Same<double?>($"{item}, {TrainingTasks.KeyOf(task)}", value, actual(task));
            }
            else if (actual(task) is double own)
            {
                tally.Near($"{item}, {TrainingTasks.KeyOf(task)}", value, own);
            }
            else
            {
                tally.Fail($"{item}, {TrainingTasks.KeyOf(task)}: recorded, but the task takes no part here");
            }
        }
    }

    private static TrainingTask Parse(GoldenFacts facts, string key, string name) =>
        TrainingTasks.All.Where(task => TrainingTasks.KeyOf(task) == name).Select(task => (TrainingTask?)task).FirstOrDefault()
            ?? throw facts.Wrong(key, $"of the tasks {string.Join(", ", TrainingTasks.All.Select(TrainingTasks.KeyOf))}: '{name}' stands there");
}
