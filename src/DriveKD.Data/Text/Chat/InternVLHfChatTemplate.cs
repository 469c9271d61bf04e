using System.Text;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Chat;

/// <summary>The template and processor of the <c>-hf</c> layout: no default system text; every picture is a line of its own.</summary>
public sealed class InternVLHfChatTemplate : IChatTemplate
{
    private readonly BpeTokenizer _tokenizer;
    private readonly int _turnEndId;

    /// <param name="tokenizer">The checkpoint's tokenizer.</param>
    /// <exception cref="InputException">The tokenizer is not an InternVL one.</exception>
    public InternVLHfChatTemplate(BpeTokenizer tokenizer)
    {
        PromptTokens.Require(tokenizer, PictureMarkup.InternVL);
        (_tokenizer, _turnEndId) = (tokenizer, tokenizer.RequireId(ChatTokens.TurnEnd));
    }

    /// <inheritdoc />
    public PicturePlacement Placement => PicturePlacement.PartsOnLines;

    /// <inheritdoc />
    public string Name => "internvl-hf";

    /// <inheritdoc />
    /// <remarks>There must be exactly one place per picture; <c>&lt;IMG_CONTEXT&gt;</c> written in a text is a place too.</remarks>
    public ChatPrompt Build(IReadOnlyList<ChatMessage> messages, IReadOnlyList<int> imageTokenCounts, bool addGenerationPrompt = true)
    {
        ChatMarkup.RequireMessages(messages);
        StringBuilder text = new();
        foreach (ChatMessage message in messages)
        {
            string content = string.Concat(message.Parts.Select(part => part.Text ?? $"{PictureMarkup.InternVL.Slot}\n"));
            ChatMarkup.AppendTurn(text, ChatMarkup.NameOf(message.Role), content);
        }

        if (addGenerationPrompt)
        {
            ChatMarkup.OpenAssistant(text);
        }

        string prompt = text.ToString();
        ImagePlaceholders.RequireOneEach(prompt, PictureMarkup.InternVL.Slot, imageTokenCounts.Count);
        (string expanded, int placed) =
            ImagePlaceholders.Expand(prompt, PictureMarkup.InternVL.Slot, imageTokenCounts, PictureMarkup.InternVL.Write);
        return new ChatPrompt
        {
            Text = prompt,
            ExpandedText = expanded,
            Ids = _tokenizer.Encode(expanded),
            ImagesPlaced = placed,
            StopIds = [_turnEndId],
            StopTexts = [ChatTokens.TurnEnd],
        };
    }
}
