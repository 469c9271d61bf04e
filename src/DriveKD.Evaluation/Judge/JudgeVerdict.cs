namespace DriveKD.Evaluation.Judge;

/// <summary>What came of asking a judge about one answer.</summary>
public sealed record JudgeVerdict
{
    /// <summary>What the judge said; without a score where it could not be used.</summary>
    public JudgeReply? Reply { get; init; }

    /// <summary>The score; null where there is none.</summary>
    public int? Score => Reply?.Score;

    /// <summary>Why there is no score, as a class that is counted; null where there is one.</summary>
    public string? Unscored { get; init; }

    /// <summary>More of why there is no score.</summary>
    public string? Detail { get; init; }

    /// <summary>The first reply could not be used.</summary>
    public bool WasAskedAgain { get; init; }

    /// <summary>A verdict without a score.</summary>
    /// <param name="reason">A class that is counted.</param>
    /// <param name="detail">More of it.</param>
    /// <param name="wasAskedAgain">The first reply could not be used.</param>
    public static JudgeVerdict Without(string reason, string? detail = null, bool wasAskedAgain = false) =>
        new() { Unscored = reason, Detail = detail, WasAskedAgain = wasAskedAgain };
}
