using DriveKD.Data.Samples;

namespace DriveKD.Evaluation.DriveBench;

/// <summary>Where a question is scored.</summary>
/// <param name="Task">Its task.</param>
/// <param name="Form">How it is answered.</param>
public readonly record struct QuestionRoute(DriveTask Task, QuestionForm Form)
{
    /// <summary>The capability of the paper's tables: prediction and behavior are reasoning.</summary>
    public Capability Capability => Task switch
    {
        DriveTask.Perception => Capability.Perception,
        DriveTask.Planning => Capability.Planning,
        _ => Capability.Reasoning,
    };
}
