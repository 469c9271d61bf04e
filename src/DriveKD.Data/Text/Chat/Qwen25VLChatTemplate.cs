using System.Text;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Chat;

/// <summary>The released template of Qwen2.5-VL: a default system text, no newline behind a picture.</summary>
public sealed class Qwen25VLChatTemplate : IChatTemplate
{
    /// <summary>The system text of conversations that do not begin with one.</summary>
    public const string DefaultSystemText = "You are a helpful assistant.";

    private readonly BpeTokenizer _tokenizer;
    private readonly bool _numbersPictures;
    private readonly int[] _stopIds;

    /// <param name="tokenizer">The checkpoint's tokenizer.</param>
    /// <param name="numbersPictures">Whether "Picture 1: " and so on stands before every picture (the template's add_vision_id).</param>
    /// <exception cref="InputException">The tokenizer lacks a token of the template.</exception>
    public Qwen25VLChatTemplate(BpeTokenizer tokenizer, bool numbersPictures = false)
    {
        PromptTokens.Require(tokenizer, PictureMarkup.Qwen25VL);
        (_tokenizer, _numbersPictures) = (tokenizer, numbersPictures);
        _stopIds = [tokenizer.RequireId(ChatTokens.TurnEnd), tokenizer.RequireId(ChatTokens.EndOfText)];
    }

    /// <inheritdoc />
    public PicturePlacement Placement => PicturePlacement.Parts;

    /// <inheritdoc />
    public string Name => "qwen2.5-vl";

    /// <inheritdoc />
    /// <remarks>There must be exactly one place per picture; <c>&lt;|image_pad|&gt;</c> written in a text is a place too.</remarks>
    public ChatPrompt Build(IReadOnlyList<ChatMessage> messages, IReadOnlyList<int> imageTokenCounts, bool addGenerationPrompt = true)
    {
        ChatMarkup.RequireMessages(messages);
        StringBuilder text = new();
        if (messages[0].Role != ChatRole.System)
        {
            ChatMarkup.AppendTurn(text, "system", DefaultSystemText);
        }

        int pictures = 0;
        foreach (ChatMessage message in messages)
        {
            StringBuilder content = new();
            foreach (ChatPart part in message.Parts)
            {
                content.Append(part.Text ?? RenderPicture(++pictures));
            }

            ChatMarkup.AppendTurn(text, ChatMarkup.NameOf(message.Role), content.ToString());
        }

        if (addGenerationPrompt)
        {
            ChatMarkup.OpenAssistant(text);
        }

        string prompt = text.ToString();
        ImagePlaceholders.RequireOneEach(prompt, PictureMarkup.Qwen25VL.Slot, imageTokenCounts.Count);
        (string expanded, int placed) =
            ImagePlaceholders.Expand(prompt, PictureMarkup.Qwen25VL.Slot, imageTokenCounts, tokens => ImagePlaceholders.Repeat(PictureMarkup.Qwen25VL.Slot, tokens));
        return new ChatPrompt
        {
            Text = prompt,
            ExpandedText = expanded,
            Ids = _tokenizer.Encode(expanded),
            ImagesPlaced = placed,
            StopIds = _stopIds,
            StopTexts = [ChatTokens.TurnEnd, ChatTokens.EndOfText],
        };
    }

    private string RenderPicture(int number) => (_numbersPictures ? $"Picture {number}: " : "") + PictureMarkup.Qwen25VL.Write(1);
}
