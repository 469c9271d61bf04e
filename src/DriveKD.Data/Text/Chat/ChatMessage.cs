namespace DriveKD.Data.Text.Chat;

/// <summary>One message of a conversation.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Parts">Text and pictures in order.</param>
public sealed record ChatMessage(ChatRole Role, IReadOnlyList<ChatPart> Parts)
{
    /// <summary>Whether a picture is among the parts.</summary>
    public bool HasImage => Parts.Any(part => part.Text is null);

    /// <summary>Instructions for the whole conversation.</summary>
    public static ChatMessage System(string text) => new(ChatRole.System, [ChatPart.Of(text)]);

    /// <summary>A question as text only.</summary>
    public static ChatMessage User(string text) => new(ChatRole.User, [ChatPart.Of(text)]);

    /// <summary>A question with pictures.</summary>
    public static ChatMessage User(params ChatPart[] parts) => new(ChatRole.User, parts);

    /// <summary>An answer.</summary>
    public static ChatMessage Assistant(string text) => new(ChatRole.Assistant, [ChatPart.Of(text)]);
}
