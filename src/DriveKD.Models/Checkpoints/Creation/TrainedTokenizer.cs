namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>A byte-level BPE tokenizer that was trained on text, in the byte-level alphabet.</summary>
public sealed record TrainedTokenizer
{
    /// <summary>The tokens in the order of their ids from 0: the 256 bytes, then what merges make. The added tokens follow them.</summary>
    public required IReadOnlyList<string> Vocabulary { get; init; }

    /// <summary>The pairs that merge, the first before the second and so on.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Every word of the text (with the space before it) and the tokens that it becomes, the most frequent word first.</summary>
    public required IReadOnlyList<(string Word, IReadOnlyList<string> Tokens)> Words { get; init; }
}
