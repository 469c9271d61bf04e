using DriveKD.Data.Errors;

namespace DriveKD.Data.Text;

/// <summary>The ids of the control tokens that an InternVL prompt is built of, looked up in its tokenizer.</summary>
public sealed record InternVLTokens
{
    /// <summary>Stands before the image tokens of a picture.</summary>
    public const string ImageStart = "<img>";

    /// <summary>Stands behind the image tokens of a picture.</summary>
    public const string ImageEnd = "</img>";

    /// <summary>One image token: its embedding is replaced by one of the projected picture.</summary>
    public const string ImageContext = "<IMG_CONTEXT>";

    /// <summary>Opens a turn.</summary>
    public const string TurnStart = "<|im_start|>";

    /// <summary>Closes a turn; generation stops here.</summary>
    public const string TurnEnd = "<|im_end|>";

    /// <summary>Ends a document; used as padding.</summary>
    public const string EndOfText = "<|endoftext|>";

    private InternVLTokens()
    {
    }

    /// <summary>The id of <see cref="ImageStart"/>.</summary>
    public required int ImageStartId { get; init; }

    /// <summary>The id of <see cref="ImageEnd"/>.</summary>
    public required int ImageEndId { get; init; }

    /// <summary>The id of <see cref="ImageContext"/>.</summary>
    public required int ImageContextId { get; init; }

    /// <summary>The id of <see cref="TurnStart"/>.</summary>
    public required int TurnStartId { get; init; }

    /// <summary>The id of <see cref="TurnEnd"/>.</summary>
    public required int TurnEndId { get; init; }

    /// <summary>The id of <see cref="EndOfText"/>.</summary>
    public required int EndOfTextId { get; init; }

    /// <summary>Looks the tokens up.</summary>
    /// <exception cref="InputException">One problem for every token the tokenizer does not know.</exception>
    public static InternVLTokens Resolve(BpeTokenizer tokenizer)
    {
        string[] contents = [ImageStart, ImageEnd, ImageContext, TurnStart, TurnEnd, EndOfText];
        Problem[] problems =
        [
            .. contents.Where(content => tokenizer.FindId(content) is null).Select(content => new Problem(
                tokenizer.Folder, $"the tokenizer has no token \"{content}\", which every InternVL tokenizer has. Is it an InternVL checkpoint?")),
        ];
        return problems.Length > 0 ? throw new InputException(problems) : new InternVLTokens
        {
            ImageStartId = tokenizer.RequireId(ImageStart),
            ImageEndId = tokenizer.RequireId(ImageEnd),
            ImageContextId = tokenizer.RequireId(ImageContext),
            TurnStartId = tokenizer.RequireId(TurnStart),
            TurnEndId = tokenizer.RequireId(TurnEnd),
            EndOfTextId = tokenizer.RequireId(EndOfText),
        };
    }
}
