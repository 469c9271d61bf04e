namespace DriveKD.Data.Text.Files;

/// <summary>What a folder's tokenizer files say, checked and free of their layout.</summary>
internal sealed record TokenizerDefinition
{
    /// <summary>The largest id a tokenizer may have: far above every real vocabulary, and small enough to index an array by id.</summary>
    public const int LargestId = (1 << 24) - 1;

    /// <summary>Where the files lie.</summary>
    public required string Folder { get; init; }

    /// <summary>Tokens of the model in the byte-level alphabet, without tokens that were only added.</summary>
    public required Dictionary<string, int> Vocabulary { get; init; }

    /// <summary>Pairs of tokens to join, separated by a space, the most urgent first.</summary>
    public required List<string> Merges { get; init; }

    /// <summary>Tokens cut out of the text before byte-pair encoding, by id.</summary>
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>Whether text is brought to NFC first.</summary>
    public required bool NormalizesText { get; init; }
}
