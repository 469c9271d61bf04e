namespace DriveKD.Evaluation.Deployment;

/// <summary>One question to a model.</summary>
public sealed record Workload
{
    /// <summary>Pictures shown.</summary>
    public int Pictures { get; init; } = 6;

    /// <summary>Units (tiles) that a picture becomes.</summary>
    public required int UnitsPerPicture { get; init; }

    /// <summary>Tokens of the prompt beside the pictures.</summary>
    public int TextTokens { get; init; } = 256;

    /// <summary>Tokens that are generated.</summary>
    public int AnswerTokens { get; init; } = 128;

    /// <summary>Units of all pictures.</summary>
    public double Units => (double)Pictures * UnitsPerPicture;

    /// <summary>The prompt's tokens.</summary>
    /// <param name="shape">The model.</param>
    public double PromptTokens(ModelShape shape) => (Units * shape.Vision.TokensPerUnit) + TextTokens;
}
