using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Chat;

/// <summary>Renders conversations as one model family was trained on them.</summary>
public interface IChatTemplate
{
    /// <summary>The template's name, as in a checkpoint's config where it has one there.</summary>
    string Name { get; }

    /// <summary>How a question that is text with marks for its pictures is to be handed over.</summary>
    PicturePlacement Placement { get; }

    /// <summary>Renders a conversation and encodes it.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="imageTokenCounts">The number of image tokens of every picture, all its tiles together, in order.</param>
    /// <param name="addGenerationPrompt">Whether the assistant's turn is opened at the end, unless the template leaves it open anyway.</param>
    /// <exception cref="InputException">The conversation cannot be rendered: it is empty, its roles or its pictures do not fit the template.</exception>
    ChatPrompt Build(IReadOnlyList<ChatMessage> messages, IReadOnlyList<int> imageTokenCounts, bool addGenerationPrompt = true);
}
