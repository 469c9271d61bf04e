using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>How a tokenizer is trained.</summary>
public sealed record TokenizerTrainingOptions
{
    /// <summary>
    /// The most ids that the tokenizer has, the 256 bytes and the added tokens included; the most frequent pairs are merged first, and pairs
    /// that occur once are not. Null: every word of the text becomes one token, however many ids that takes.
    /// </summary>
    public int? VocabularyLimit { get; init; }

    /// <summary>Whose added tokens the tokenizer gets besides Qwen2's; null for InternVL's.</summary>
    public ModelFamily? Family { get; init; }
}
