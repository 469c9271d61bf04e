using System.Text;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Chat;

/// <summary>
/// The template <c>internvl2_5</c> of the OpenGVLab layout, as OpenGVLab's conversation code and <c>chat()</c> render it.
/// Two of its habits surprise: an empty message counts as an open turn and is not closed, and <c>&lt;image&gt;</c> written
/// anywhere in the prompt, by whomever, is taken for a picture as long as there are pictures.
/// </summary>
public sealed class InternVL25ChatTemplate : IChatTemplate
{
    /// <summary>The template's name in <c>config.json</c>.</summary>
    public const string TemplateName = "internvl2_5";

    /// <summary>The system text of the released models.</summary>
    public const string DefaultSystemText =
        "你是书生·万象，英文名是InternVL，是由上海人工智能实验室、清华大学及多家合作单位联合开发的多模态大语言模型。";

    /// <summary>What stands for a picture in a prompt.</summary>
    public const string Placeholder = "<image>";

    private readonly BpeTokenizer _tokenizer;
    private readonly string _systemText;
    private readonly int _turnEndId;

    /// <param name="tokenizer">The checkpoint's tokenizer.</param>
    /// <param name="systemText">The system text of conversations that bring none; null is the released one.</param>
    /// <exception cref="InputException">The tokenizer is not an InternVL one.</exception>
    public InternVL25ChatTemplate(BpeTokenizer tokenizer, string? systemText = null)
    {
        _tokenizer = tokenizer;
        _systemText = systemText ?? DefaultSystemText;
        PromptTokens.Require(tokenizer, PictureMarkup.InternVL);
        _turnEndId = tokenizer.RequireId(ChatTokens.TurnEnd);
    }

    /// <inheritdoc />
    public PicturePlacement Placement => PicturePlacement.TextMarks;

    /// <inheritdoc />
    public string Name => TemplateName;

    /// <inheritdoc />
    /// <remarks>
    /// A picture part is rendered as <c>&lt;image&gt;</c> and a newline. Where pictures are given but the question, being the
    /// first, has no place for any, one place is put in front of it. Surplus pictures and surplus places are not an error here:
    /// see <see cref="ChatPrompt.ImagesPlaced"/>.
    /// </remarks>
    public ChatPrompt Build(IReadOnlyList<ChatMessage> messages, IReadOnlyList<int> imageTokenCounts, bool addGenerationPrompt = true)
    {
        string? system = SystemTextOf(messages);
        ChatMessage[] turns = [.. messages.Skip(system is null ? 0 : 1)];
        StringBuilder text = new();
        text.Append(ChatTokens.TurnStart).Append("system\n").Append(system ?? _systemText).Append(ChatTokens.TurnEnd).Append('\n');
        for (int i = 0; i < turns.Length; i++)
        {
            bool isFirstQuestion = i == 0 && turns[i].Role == ChatRole.User && !turns.Skip(1).Any(turn => turn.Role == ChatRole.User);
            string content = Render(turns[i]);
            if (isFirstQuestion && imageTokenCounts.Count > 0 && !content.Contains(Placeholder, StringComparison.Ordinal))
            {
                content = $"{Placeholder}\n{content}";
            }

            AppendTurn(text, turns[i].Role, content);
        }

        if (addGenerationPrompt)
        {
            AppendTurn(text, ChatRole.Assistant, content: "");
        }

        string prompt = text.ToString();
        (string expanded, int placed) = ImagePlaceholders.Expand(prompt, Placeholder, imageTokenCounts, PictureMarkup.InternVL.Write);
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

    private static string? SystemTextOf(IReadOnlyList<ChatMessage> messages)
    {
        List<Problem> problems = [];
        if (!messages.Any(message => message.Role == ChatRole.User))
        {
            problems.Add(new Problem("conversation", "holds no user message; there is nothing to answer."));
        }

        for (int i = 0; i < messages.Count; i++)
        {
            if (messages[i].Role == ChatRole.System && i > 0)
            {
                problems.Add(new Problem($"conversation, message {i}", $"is a system message; the template {TemplateName} has one, at the beginning."));
            }

            if (messages[i].HasImage && messages[i].Role != ChatRole.User)
            {
                problems.Add(new Problem($"conversation, message {i}", "holds a picture; only user messages can."));
            }
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        return messages[0].Role == ChatRole.System ? Render(messages[0]) : null;
    }

    private static string Render(ChatMessage message) => string.Concat(message.Parts.Select(part => part.Text ?? $"{Placeholder}\n"));

    private static void AppendTurn(StringBuilder text, ChatRole role, string content)
    {
        text.Append(ChatTokens.TurnStart).Append(role == ChatRole.User ? "user\n" : "assistant\n").Append(content);
        if (content.Length > 0)
        {
            text.Append(ChatTokens.TurnEnd).Append('\n');
        }
    }
}
