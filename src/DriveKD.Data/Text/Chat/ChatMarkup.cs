using System.Text;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Chat;

/// <summary>The turn markup that the templates of transformers share: role, newline, content, end, newline.</summary>
internal static class ChatMarkup
{
    /// <summary>Checks that there is a conversation.</summary>
    public static void RequireMessages(IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0)
        {
            throw new InputException("conversation", "holds no message; there is nothing to answer.");
        }
    }

    /// <summary>Renders one whole turn.</summary>
    public static void AppendTurn(StringBuilder text, string role, string content) =>
        text.Append(ChatTokens.TurnStart).Append(role).Append('\n').Append(content).Append(ChatTokens.TurnEnd).Append('\n');

    /// <summary>Opens the assistant's turn.</summary>
    public static void OpenAssistant(StringBuilder text) => text.Append(ChatTokens.TurnStart).Append("assistant\n");

    /// <summary>The role as it is written.</summary>
    public static string NameOf(ChatRole role) => role switch
    {
        ChatRole.System => "system",
        ChatRole.User => "user",
        ChatRole.Assistant => "assistant",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Unknown role."),
    };
}
