using System.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Models.InternVL;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>A question as the messages that a chat template renders.</summary>
internal static class PromptMessages
{
    /// <summary>The messages, with one place for every picture.</summary>
    /// <param name="question">A valid question.</param>
    /// <param name="layout">Whose habits are followed where several pictures are put in front.</param>
    public static IReadOnlyList<ChatMessage> Of(Question question, InternVLLayout layout)
    {
        ChatMessage user = layout == InternVLLayout.OpenGVLab ? OpenGVLab(question) : Transformers(question);
        return question.SystemText is null ? [user] : [ChatMessage.System(question.SystemText), user];
    }

    /// <summary>Text with placeholders. Several pictures without are numbered, as the model card does; one is placed by the template.</summary>
    private static ChatMessage OpenGVLab(Question question)
    {
        if (question.Pictures.Count < 2 || question.Text.Contains(Question.Placeholder, StringComparison.Ordinal))
        {
            return ChatMessage.User(question.Text);
        }

        StringBuilder text = new();
        for (int i = 1; i <= question.Pictures.Count; i++)
        {
            text.Append("Image-").Append(i).Append(": ").Append(Question.Placeholder).Append('\n');
        }

        return ChatMessage.User(text.Append(question.Text).ToString());
    }

    /// <summary>Parts, as the processor of the transformers layout takes them; a picture's part ends its line by itself.</summary>
    private static ChatMessage Transformers(Question question)
    {
        string[] pieces = question.Text.Split(Question.Placeholder);
        if (pieces.Length == 1)
        {
            return ChatMessage.User([.. question.Pictures.Select(_ => ChatPart.Image), ChatPart.Of(question.Text)]);
        }

        List<ChatPart> parts = [];
        for (int i = 0; i < pieces.Length; i++)
        {
            if (i > 0)
            {
                parts.Add(ChatPart.Image);
            }

            string piece = i > 0 && pieces[i].StartsWith('\n') ? pieces[i][1..] : pieces[i];
            if (piece.Length > 0)
            {
                parts.Add(ChatPart.Of(piece));
            }
        }

        return ChatMessage.User([.. parts]);
    }
}
