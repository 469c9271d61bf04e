namespace DriveKD.Evaluation.Judge;

/// <summary>A record to judge.</summary>
public sealed record JudgeItem
{
    /// <summary>Its number in the file, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The scene token, where there is one.</summary>
    public string? Scene { get; init; }

    /// <summary>The frame token, where there is one.</summary>
    public string? Frame { get; init; }

    /// <summary>perception, prediction, planning or behavior; null where the record has none.</summary>
    public string? QuestionType { get; init; }

    /// <summary>The record's tags.</summary>
    public IReadOnlyList<int> Tags { get; init; } = [];

    /// <summary>The question.</summary>
    public string? Question { get; init; }

    /// <summary>The reference answer.</summary>
    public string? Reference { get; init; }

    /// <summary>The answer to judge.</summary>
    public string? Prediction { get; init; }

    /// <summary>How the object that the question names looks.</summary>
    public string? Description { get; init; }

    /// <summary>The sheet; null where there is none.</summary>
    public Rubric? Rubric { get; init; }

    /// <summary>Why it cannot be judged; null where it can.</summary>
    public string? Obstacle { get; init; }
}
