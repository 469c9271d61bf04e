namespace DriveKD.Evaluation.Compare;

/// <summary>How a comparison was made, for its report.</summary>
public sealed record CompareFacts
{
    /// <summary>The comparison's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The program that makes the report: name, version and commit.</summary>
    public required string Program { get; init; }

    /// <summary>The command that started the comparison.</summary>
    public required string Command { get; init; }

    /// <summary>The machine.</summary>
    public required string Machine { get; init; }

    /// <summary>When the comparison was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the report is made.</summary>
    public required DateTimeOffset MadeAt { get; init; }
}
