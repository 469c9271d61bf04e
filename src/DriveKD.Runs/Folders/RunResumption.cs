namespace DriveKD.Runs.Folders;

/// <summary>One time that a run was taken up again.</summary>
public sealed record RunResumption
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The optimizer step that it went on from; for an evaluation the answers that it had.</summary>
    public required long FromStep { get; init; }

    /// <summary>What differed from the run as it was started; null where nothing did.</summary>
    public IReadOnlyList<string>? Changes { get; init; }
}
