namespace DriveKD.Evaluation.Judge;

/// <summary>What a judge's reply says.</summary>
public sealed record JudgeReply
{
    /// <summary>0 to 100; null where the reply cannot be used.</summary>
    public int? Score { get; init; }

    /// <summary>Points per criterion in the order of the sheet; empty for the published form.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Points { get; init; } = [];

    /// <summary>The judge's reason; null where there is none.</summary>
    public string? Reason { get; init; }

    /// <summary>How it replied.</summary>
    public ReplyForm Form { get; init; }

    /// <summary>What is wrong with the reply; null where it can be used.</summary>
    public string? Problem { get; init; }
}
