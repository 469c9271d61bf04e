namespace DriveKD.Runs.Folders;

/// <summary>What became of a run.</summary>
public enum RunState
{
    /// <summary>It is running, or its process ended without a word (kill -9, power cut).</summary>
    Running,

    /// <summary>It did all its steps.</summary>
    Finished,

    /// <summary>The user stopped it.</summary>
    Cancelled,

    /// <summary>Something stopped it; the reason says what.</summary>
    Failed,
}
