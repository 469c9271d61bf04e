namespace DriveKD.Models.Measurement;

/// <summary>One model's figures for one case.</summary>
public sealed record CaseFigures
{
    /// <summary>What was asked.</summary>
    public required MeasureCase Case { get; init; }

    /// <summary>Tokens of the whole prompt, those of the pictures included.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>The most memory the process held resident during an answer, with this model alone; null until it was measured.</summary>
    public required long? PeakResidentBytes { get; init; }

    /// <summary>What tensors held; null until it was measured.</summary>
    public required TensorBytes? Tensors { get; init; }

    /// <summary>The answers that count, in the order in which they were given.</summary>
    public required IReadOnlyList<AnswerMeasurement> Answers { get; init; }

    /// <summary>The answers summed up.</summary>
    public AnswerFigures Figures => AnswerFigures.Of(Answers);

    /// <summary>Something of it was measured.</summary>
    public bool IsMeasured => PeakResidentBytes is not null || Answers.Count > 0;
}
