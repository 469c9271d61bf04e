using DriveKD.Evaluation.DriveLm;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>What a file of answers is worth.</summary>
public sealed record ScoreReport
{
    /// <summary>The file of answers.</summary>
    public required string File { get; init; }

    /// <summary>The file of references; null where the answers hold their own.</summary>
    public required string? References { get; init; }

    /// <summary>Records of the file of answers.</summary>
    public required int Records { get; init; }

    /// <summary>The scored questions, in the order of the file.</summary>
    public required IReadOnlyList<ScoredQuestion> Questions { get; init; }

    /// <summary>The others.</summary>
    public required IReadOnlyList<UnscoredQuestion> Unscored { get; init; }

    /// <summary>The cells of the published scorer, and the yes/no questions it leaves out, whether or not they hold questions.</summary>
    public required IReadOnlyDictionary<QuestionRoute, CellFigures> Cells { get; init; }

    /// <summary>Perception, reasoning, planning, mean.</summary>
    public required IReadOnlyList<CapabilityScore> Capabilities { get; init; }

    /// <summary>By capability, kind of question, camera, corruption.</summary>
    public required IReadOnlyList<Breakdown> Breakdowns { get; init; }

    /// <summary>How many scored answers are odd, by what is odd.</summary>
    public required IReadOnlyDictionary<AnswerRemark, int> Remarks { get; init; }

    /// <summary>DriveLM's own score, as far as it needs no judge; null where the references are not DriveLM's.</summary>
    public required DriveLmScore? DriveLm { get; init; }

    /// <summary>The answers by letter that the published reading and the strict one read differently.</summary>
    public IEnumerable<ScoredQuestion> Disagreements => Questions.Where(question => question.Choice?.Differs == true);
}
