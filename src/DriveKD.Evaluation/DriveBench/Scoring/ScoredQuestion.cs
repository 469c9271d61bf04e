using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>A question with what its answer is worth.</summary>
public sealed record ScoredQuestion
{
    /// <summary>Its place in the file, or its id.</summary>
    public required string Place { get; init; }

    /// <summary>Where it is scored.</summary>
    public required QuestionRoute Route { get; init; }

    /// <summary>What it is clustered by.</summary>
    public required string Scene { get; init; }

    /// <summary>What is asked, by its wording: moving status, collision, ...</summary>
    public required string Kind { get; init; }

    /// <summary>The camera that the question's object is seen in, or the only one whose picture is given.</summary>
    public required string Camera { get; init; }

    /// <summary>The pictures' corruption.</summary>
    public required string Corruption { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The reference answer.</summary>
    public required string Reference { get; init; }

    /// <summary>The model's answer.</summary>
    public required string Prediction { get; init; }

    /// <summary>The letters, or yes and no; null for open answers.</summary>
    public ChoiceScore? Choice { get; init; }

    /// <summary>The language metrics; null for other than open answers.</summary>
    public PairScores? Language { get; init; }

    internal FigureSums Sums => new(
        1,
        Choice?.IsOfficiallyCorrect == true ? 1 : 0,
        Choice?.IsStrictlyCorrect == true ? 1 : 0,
        Language?.Bleu ?? default,
        Language?.RougeL ?? 0,
        Language?.Cider ?? 0);
}
