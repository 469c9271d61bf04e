using DriveKD.Data.Errors;

namespace DriveKD.Evaluation.Answers;

/// <summary>What came of asking.</summary>
public sealed record AnswerOutcome
{
    /// <summary>Answers of this start, errors among them.</summary>
    public required int Answered { get; init; }

    /// <summary>Answers that an earlier start had.</summary>
    public required int Earlier { get; init; }

    /// <summary>Models that could not go on, with the reason, by their names.</summary>
    public required IReadOnlyDictionary<string, string> GivenUp { get; init; }

    /// <summary>The user stopped it.</summary>
    public required bool WasCancelled { get; init; }

    /// <summary>The error that stopped it, where errors do.</summary>
    public Problem? Stop { get; init; }
}
