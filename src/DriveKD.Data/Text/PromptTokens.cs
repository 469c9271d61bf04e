using DriveKD.Data.Errors;

namespace DriveKD.Data.Text;

/// <summary>The ids of the control tokens that a prompt with pictures is built of, looked up in a model's tokenizer.</summary>
public sealed record PromptTokens
{
    private PromptTokens()
    {
    }

    /// <summary>How the model's family writes pictures.</summary>
    public required PictureMarkup Markup { get; init; }

    /// <summary>The id of the token before a picture.</summary>
    public required int ImageStartId { get; init; }

    /// <summary>The id of the token behind a picture.</summary>
    public required int ImageEndId { get; init; }

    /// <summary>The id of an image token.</summary>
    public required int ImageSlotId { get; init; }

    /// <summary>The id of <see cref="ChatTokens.TurnStart"/>.</summary>
    public required int TurnStartId { get; init; }

    /// <summary>The id of <see cref="ChatTokens.TurnEnd"/>.</summary>
    public required int TurnEndId { get; init; }

    /// <summary>The id of <see cref="ChatTokens.EndOfText"/>.</summary>
    public required int EndOfTextId { get; init; }

    /// <summary>Looks the tokens up, those of the family that the tokenizer is of.</summary>
    /// <exception cref="InputException">One problem for every token the tokenizer does not know.</exception>
    public static PromptTokens Resolve(BpeTokenizer tokenizer)
    {
        // One token tells: a tokenizer that lacks others of its family is told so, and not taken for another family's.
        PictureMarkup markup = PictureMarkup.All.FirstOrDefault(known => known.Tokens.Any(token => tokenizer.FindId(token) is not null)) ?? PictureMarkup.InternVL;
        Require(tokenizer, markup);
        return new PromptTokens
        {
            Markup = markup,
            ImageStartId = tokenizer.RequireId(markup.Start),
            ImageEndId = tokenizer.RequireId(markup.End),
            ImageSlotId = tokenizer.RequireId(markup.Slot),
            TurnStartId = tokenizer.RequireId(ChatTokens.TurnStart),
            TurnEndId = tokenizer.RequireId(ChatTokens.TurnEnd),
            EndOfTextId = tokenizer.RequireId(ChatTokens.EndOfText),
        };
    }

    /// <summary>Refuses a tokenizer that lacks tokens of a family's prompts.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="markup">How the family writes pictures.</param>
    /// <exception cref="InputException">One problem for every token the tokenizer does not know.</exception>
    public static void Require(BpeTokenizer tokenizer, PictureMarkup markup)
    {
        Problem[] problems =
        [
            .. new[] { markup.Start, markup.End, markup.Slot, ChatTokens.TurnStart, ChatTokens.TurnEnd, ChatTokens.EndOfText }
                .Where(content => tokenizer.FindId(content) is null)
                .Select(content => new Problem(
                    tokenizer.Folder,
                    $"the tokenizer has no token \"{content}\", which every {markup.Family} tokenizer has. Is it {Article(markup.Family)} {markup.Family} checkpoint?")),
        ];
        if (problems.Length > 0)
        {
            throw new InputException(problems);
        }
    }

    private static string Article(string family) => "AEIOU".Contains(family[0], StringComparison.Ordinal) ? "an" : "a";
}
