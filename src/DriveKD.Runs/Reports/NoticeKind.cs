namespace DriveKD.Runs.Reports;

/// <summary>What a notice is about.</summary>
public enum NoticeKind
{
    /// <summary>The run is still being written.</summary>
    Running,

    /// <summary>Its process is gone without a word.</summary>
    Killed,

    /// <summary>The user stopped it.</summary>
    Cancelled,

    /// <summary>Something stopped it.</summary>
    Failed,

    /// <summary>It was interrupted and went on from a checkpoint.</summary>
    Resumed,

    /// <summary>No optimizer step was recorded.</summary>
    NoMetrics,

    /// <summary>The last line of the metrics was cut off while it was written.</summary>
    TornLine,

    /// <summary>Some metrics are NaN or infinite.</summary>
    NotFinite,

    /// <summary>A loss ended higher than it began.</summary>
    LossRose,

    /// <summary>A distillation signal is too small to move the student.</summary>
    WeakSignal,

    /// <summary>The gradients never pointed against each other.</summary>
    NoConflict,

    /// <summary>Samples were left out.</summary>
    Skipped,

    /// <summary>The run itself said so.</summary>
    Told,
}
