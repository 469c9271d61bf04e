using DriveKD.Data.Imaging;

namespace DriveKD.Models.Generation.Attention;

/// <summary>A question with its answer as one sequence of tokens, which several models of one tokenizer can read.</summary>
public sealed record AttentionSequence
{
    /// <summary>The question.</summary>
    public required Question Question { get; init; }

    /// <summary>The answer's text.</summary>
    public required string Answer { get; init; }

    /// <summary>Ids of the prompt; image slots hold the image token.</summary>
    public required IReadOnlyList<int> PromptIds { get; init; }

    /// <summary>Ids of the answer, without the token that ends it.</summary>
    public required IReadOnlyList<int> AnswerIds { get; init; }

    /// <summary>How each picture stands in the prompt, in order.</summary>
    public required IReadOnlyList<PictureLayout> Pictures { get; init; }
}
