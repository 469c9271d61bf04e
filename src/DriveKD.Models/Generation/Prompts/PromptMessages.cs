using System.Text;
using DriveKD.Data.Text.Chat;

namespace DriveKD.Models.Generation.Prompts;

/// <summary>A question as the messages that a chat template renders.</summary>
internal static class PromptMessages
{
    /// <summary>The messages, with one place for every picture.</summary>
    /// <param name="question">A valid question.</param>
    /// <param name="placement">How the template has the places of pictures.</param>
    public static IReadOnlyList<ChatMessage> Of(Question question, PicturePlacement placement)
    {
        ChatMessage user = placement == PicturePlacement.TextMarks ? Marked(question) : InParts(question, placement == PicturePlacement.PartsOnLines);
        return question.SystemText is null ? [user] : [ChatMessage.System(question.SystemText), user];
    }

    /// <summary>Text with placeholders. Several pictures without are numbered, as the model card does; one is placed by the template.</summary>
    private static ChatMessage Marked(Question question)
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

    /// <summary>Parts, as the processors of transformers take them; a newline behind a picture goes where its part ends the line by itself.</summary>
    private static ChatMessage InParts(Question question, bool endsLines)
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

            string piece = endsLines && i > 0 && pieces[i].StartsWith('\n') ? pieces[i][1..] : pieces[i];
            if (piece.Length > 0)
            {
                parts.Add(ChatPart.Of(piece));
            }
        }

        return ChatMessage.User([.. parts]);
    }
}
