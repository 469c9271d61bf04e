namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>Estimated bytes of memory; every number is the formula beside it.</summary>
public sealed record MemoryReport
{
    /// <summary>To run: the weights as they are stored.</summary>
    public required double WeightBytes { get; init; }

    /// <summary>To run: keys and values of 1,000 tokens.</summary>
    public required double KeyValueBytesPerThousandTokens { get; init; }

    /// <summary>To run: the largest layer while one square picture and 256 text tokens are read.</summary>
    public required double ActivationBytes { get; init; }

    /// <summary>Weights, activations, and keys and values of the same prompt.</summary>
    public required double RunBytes { get; init; }

    /// <summary>How <see cref="RunBytes"/> is computed.</summary>
    public required string RunFormula { get; init; }

    /// <summary>To train the decoder alone, tower and projector frozen.</summary>
    public required double TrainLanguageBytes { get; init; }

    /// <summary>To train every parameter.</summary>
    public required double TrainAllBytes { get; init; }

    /// <summary>How the training numbers are computed.</summary>
    public required string TrainFormula { get; init; }
}
