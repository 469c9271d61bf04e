namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>What the tokenizer files say, by a light reading.</summary>
public sealed record TokenizerReport
{
    /// <summary>The file it was read from: tokenizer.json, or vocab.json.</summary>
    public required string File { get; init; }

    /// <summary>One more than the highest id.</summary>
    public required long Size { get; init; }

    /// <summary>Added tokens by content.</summary>
    public required IReadOnlyDictionary<string, long> AddedTokens { get; init; }
}
