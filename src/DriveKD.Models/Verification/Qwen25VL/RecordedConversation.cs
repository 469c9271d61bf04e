using System.Text.RegularExpressions;
using DriveKD.Data.Text.Chat;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>A conversation read back from its text, so that the chat template can write it anew.</summary>
internal static partial class RecordedConversation
{
    /// <summary>The turns of a text that is made of nothing else; null for any other.</summary>
    /// <param name="text">With every picture's tokens in it.</param>
    public static IReadOnlyList<ChatMessage>? Parse(string text)
    {
        List<ChatMessage> messages = [];
        int end = 0;
        foreach (Match turn in TurnPattern().Matches(text))
        {
            if (turn.Index != end)
            {
                return null;
            }

            ChatRole role = turn.Groups["role"].Value switch { "system" => ChatRole.System, "user" => ChatRole.User, _ => ChatRole.Assistant };
            messages.Add(new ChatMessage(role, Parts(turn.Groups["content"].Value)));
            end += turn.Length;
        }

        return end == text.Length && messages.Count > 0 ? messages : null;
    }

    private static List<ChatPart> Parts(string content)
    {
        List<ChatPart> parts = [];
        int end = 0;
        foreach (Match picture in PicturePattern().Matches(content))
        {
            parts.Add(ChatPart.Of(content[end..picture.Index]));
            parts.Add(ChatPart.Image);
            end = picture.Index + picture.Length;
        }

        return [.. parts.Append(ChatPart.Of(content[end..])).Where(part => part.Text != string.Empty)];
    }

    [GeneratedRegex(
        @"<\|im_start\|>(?<role>system|user|assistant)\n(?<content>.*?)<\|im_end\|>\n", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex TurnPattern();

    [GeneratedRegex(@"<\|vision_start\|>(?:<\|image_pad\|>)+<\|vision_end\|>", RegexOptions.CultureInvariant)]
    private static partial Regex PicturePattern();
}
