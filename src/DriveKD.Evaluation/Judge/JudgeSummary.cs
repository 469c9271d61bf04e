using DriveKD.Data.Errors;
using DriveKD.Evaluation.Clients;

namespace DriveKD.Evaluation.Judge;

/// <summary>What came of judging a file.</summary>
public sealed record JudgeSummary
{
    /// <summary>Every record with its judgement, in the order of the file.</summary>
    public required IReadOnlyList<JudgedRecord> Records { get; init; }

    /// <summary>One per type of question, in the order of the sheets; then what has no sheet.</summary>
    public required IReadOnlyList<JudgeCell> Cells { get; init; }

    /// <summary>Why records have no score, and how many for each reason, the most frequent first.</summary>
    public required IReadOnlyList<KeyValuePair<string, int>> UnscoredReasons { get; init; }

    /// <summary>How far the judge agrees with itself; null without repeats.</summary>
    public required SelfAgreement? Agreement { get; init; }

    /// <summary>What this run asked and spent; replies from the cache are not in it.</summary>
    public required UsageTotals Usage { get; init; }

    /// <summary>Replies that the cache had.</summary>
    public required long FromCache { get; init; }

    /// <summary>Answers whose first reply could not be used.</summary>
    public required int AskedAgain { get; init; }

    /// <summary>Replies in the published form, which have no points per criterion.</summary>
    public required int InOfficialForm { get; init; }

    /// <summary>Questions whose sheet shows how an object looks, judged without.</summary>
    public required int WithoutDescription { get; init; }

    /// <summary>Why the run stopped asking; null where it did not.</summary>
    public required string? Stop { get; init; }

    /// <summary>The fault that stopped the asking, where one did.</summary>
    public required Problem? Fault { get; init; }
}
