namespace DriveKD.Data.Text.Chat;

/// <summary>A piece of a message: text, or the place of the next picture.</summary>
public sealed record ChatPart
{
    private ChatPart(string? text) => Text = text;

    /// <summary>The place of the next picture; pictures are counted through the whole conversation.</summary>
    public static ChatPart Image { get; } = new(text: null);

    /// <summary>The text; null for a picture.</summary>
    public string? Text { get; }

    /// <summary>A piece of text.</summary>
    public static ChatPart Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ChatPart(text);
    }
}
