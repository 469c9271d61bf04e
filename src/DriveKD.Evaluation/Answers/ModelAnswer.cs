namespace DriveKD.Evaluation.Answers;

/// <summary>What a model made of a question: one line of an answers' file.</summary>
public sealed record ModelAnswer
{
    /// <summary>The question's name.</summary>
    public required string Id { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The reference answer; null where the record has none.</summary>
    public string? Gold { get; init; }

    /// <summary>The answer, which may be empty; null where the model failed.</summary>
    public string? Pred { get; init; }

    /// <summary>Why there is no answer; null where there is one.</summary>
    public string? Error { get; init; }

    /// <summary>How long it took: for a server from the request to the reply, retries included; for a local model its share of the batch.</summary>
    public double Seconds { get; init; }

    /// <summary>Tokens of the prompt, where they are known.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Tokens of the answer, where they are known.</summary>
    public long? NewTokens { get; init; }

    /// <summary>The answer ended at the greatest number of tokens; left out where it did not.</summary>
    public bool? CutOff { get; init; }
}
