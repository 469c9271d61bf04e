using DriveKD.Data.Samples;

namespace DriveKD.Evaluation.Compare;

/// <summary>What a student made of a question: one line of a run's <c>answers.jsonl</c>, from which every figure can be made again.</summary>
public sealed record CompareAnswer
{
    /// <summary>The question's name.</summary>
    public required string Id { get; init; }

    /// <summary>Its capability.</summary>
    public required Capability Capability { get; init; }

    /// <summary>Its type, with the scorer's tags where it has some.</summary>
    public required string Type { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The reference answer.</summary>
    public required string Gold { get; init; }

    /// <summary>The answer; null where the model failed.</summary>
    public string? Pred { get; init; }

    /// <summary>Why there is no answer.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the decisive words agree; an answer that failed is wrong.</summary>
    public required bool Exact { get; init; }

    /// <summary>ROUGE-L of the whole answer, 0 to 1.</summary>
    public required double RougeL { get; init; }

    /// <summary>Whether the answer ended at the greatest number of tokens.</summary>
    public bool CutOff { get; init; }
}
