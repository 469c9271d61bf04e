namespace DriveKD.Distillation.Training;

/// <summary>How a training ended.</summary>
/// <param name="Steps">Optimizer steps done.</param>
/// <param name="WasCancelled">It was stopped before its last step.</param>
/// <param name="ModelFolder">The newest model folder that was written; null where nothing was trained.</param>
public sealed record TrainingOutcome(int Steps, bool WasCancelled, string? ModelFolder)
{
    /// <summary>Samples left out because a loss or gradient was no number.</summary>
    public long Skipped { get; init; }

    /// <summary>It ended before its last step because validations no longer got better.</summary>
    public bool StoppedEarly { get; init; }

    /// <summary>The step of the best validation; null where none was made.</summary>
    public int? BestStep { get; init; }

    /// <summary>The model of that step; null where none was made.</summary>
    public string? BestFolder { get; init; }
}
