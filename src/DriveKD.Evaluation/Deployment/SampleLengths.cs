namespace DriveKD.Evaluation.Deployment;

/// <summary>How long the samples of a training are: means decide the time.</summary>
public sealed record SampleLengths
{
    /// <summary>Tokens of a sample, on average.</summary>
    public required double MeanTokens { get; init; }

    /// <summary>The mean of their squares: attention maps grow with it.</summary>
    public required double MeanSquaredTokens { get; init; }

    /// <summary>Tokens of the longest sample.</summary>
    public required double MostTokens { get; init; }

    /// <summary>Supervised tokens, on average.</summary>
    public required double MeanAnswerTokens { get; init; }

    /// <summary>Pictures of a sample, on average.</summary>
    public required double MeanPictures { get; init; }

    /// <summary>Tokens are estimated from characters, four to a token, because no tokenizer was there.</summary>
    public bool IsEstimated { get; init; }
}
