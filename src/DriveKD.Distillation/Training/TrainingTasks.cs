using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Training;

/// <summary>Names of tasks.</summary>
public static class TrainingTasks
{
    /// <summary>Every task, supervision first.</summary>
    public static IReadOnlyList<TrainingTask> All { get; } = Enum.GetValues<TrainingTask>();

    /// <summary>The task of a teacher's signal.</summary>
    /// <param name="teacher">The teacher's capability.</param>
    public static TrainingTask Of(Capability teacher) => teacher switch
    {
        Capability.Perception => TrainingTask.Perception,
        Capability.Reasoning => TrainingTask.Reasoning,
        Capability.Planning => TrainingTask.Planning,
        _ => throw new ArgumentOutOfRangeException(nameof(teacher), teacher, null),
    };

    /// <summary>The task's key in metrics: ce, perception, reasoning, planning.</summary>
    /// <param name="task">The task.</param>
    public static string KeyOf(TrainingTask task) => task == TrainingTask.Supervision ? "ce" : task.ToString().ToLowerInvariant();
}
