namespace DriveKD.Evaluation.Judge;

/// <summary>How the answers to one type of question are judged: out of 100 points.</summary>
public sealed record Rubric
{
    /// <summary>Points of a perfect answer.</summary>
    public const int Total = 100;

    /// <summary>The question type as the records name it: perception, prediction, planning or behavior.</summary>
    public required string QuestionType { get; init; }

    /// <summary>A choice among letters rather than an open answer.</summary>
    public required bool IsMultipleChoice { get; init; }

    /// <summary>What the answer is about, for the judge.</summary>
    public required string Subject { get; init; }

    /// <summary>What gives points, in the order of the sheet.</summary>
    public required IReadOnlyList<RubricCriterion> Criteria { get; init; }

    /// <summary>What the judge is shown, in this order.</summary>
    public required IReadOnlyList<JudgeField> Fields { get; init; }

    /// <summary>mcq or vqa.</summary>
    public string Kind => IsMultipleChoice ? "mcq" : "vqa";

    /// <summary>The published name of the sheet: perception_mcq, ...</summary>
    public string Name => $"{QuestionType}_{Kind}";

    /// <summary>The judge is shown how the named object looks.</summary>
    public bool UsesDescription => Fields.Contains(JudgeField.Description);
}
