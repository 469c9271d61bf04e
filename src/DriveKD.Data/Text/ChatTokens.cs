namespace DriveKD.Data.Text;

/// <summary>The control tokens around turns, as all models with a Qwen2 tokenizer write them.</summary>
public static class ChatTokens
{
    /// <summary>Opens a turn.</summary>
    public const string TurnStart = "<|im_start|>";

    /// <summary>Closes a turn; generation stops here.</summary>
    public const string TurnEnd = "<|im_end|>";

    /// <summary>Stands for a video where a model takes such; none is taken here.</summary>
    public const string VideoSlot = "<|video_pad|>";

    /// <summary>Ends a document; used as padding.</summary>
    public const string EndOfText = "<|endoftext|>";
}
