namespace DriveKD.Data.Text;

/// <summary>How a family of models writes a picture into a sequence: a token before it, one token for each of its embeddings, a token behind it.</summary>
/// <param name="Family">Whose markup it is, for messages.</param>
/// <param name="Start">Stands before the image tokens of a picture.</param>
/// <param name="Slot">One image token: its embedding is replaced by one of the projected picture.</param>
/// <param name="End">Stands behind the image tokens of a picture.</param>
public sealed record PictureMarkup(string Family, string Start, string Slot, string End)
{
    /// <summary>InternVL's.</summary>
    public static PictureMarkup InternVL { get; } = new("InternVL", "<img>", "<IMG_CONTEXT>", "</img>");

    /// <summary>Qwen2.5-VL's.</summary>
    public static PictureMarkup Qwen25VL { get; } = new("Qwen2.5-VL", "<|vision_start|>", "<|image_pad|>", "<|vision_end|>");

    /// <summary>
    /// All that are known. InternVL's tokenizer is Qwen's with more tokens, so that it stands first: a tokenizer that has them is InternVL's.
    /// </summary>
    public static IReadOnlyList<PictureMarkup> All { get; } = [InternVL, Qwen25VL];

    /// <summary>The tokens, in the order of a picture.</summary>
    public IReadOnlyList<string> Tokens => [Start, Slot, End];

    /// <summary>A picture as text.</summary>
    /// <param name="tokens">How many image tokens it has.</param>
    public string Write(int tokens) => Start + Chat.ImagePlaceholders.Repeat(Slot, tokens) + End;
}
