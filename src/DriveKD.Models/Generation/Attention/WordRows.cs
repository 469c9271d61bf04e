using System.Globalization;
using System.Text;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;

namespace DriveKD.Models.Generation.Attention;

/// <summary>
/// The tokens of a word, at every place where it stands in question or answer. It is looked for in decoded text, so it may be cut into any
/// pieces; letters match whatever their case, and neither end lies inside a longer word (scripts without spaces are not asked that).
/// </summary>
internal static class WordRows
{
    private const int MostShown = 300;

    /// <summary>Finds them.</summary>
    /// <param name="word">One word or several, as they stand in the text.</param>
    /// <param name="ids">Prompt and answer.</param>
    /// <param name="promptTokens">How many of them the prompt is.</param>
    /// <param name="tokenizer">Theirs.</param>
    /// <param name="tokens">Its control tokens.</param>
    /// <exception cref="InputException">The word is empty, does not occur, or occurs only where no picture can be seen yet.</exception>
    public static ChosenRows Find(string word, IReadOnlyList<int> ids, int promptTokens, BpeTokenizer tokenizer, PromptTokens tokens)
    {
        string wanted = word.Trim().Normalize(NormalizationForm.FormC);
        if (wanted.Length == 0)
        {
            throw new InputException("word", "is empty; a word of the question or the answer is expected.");
        }

        int[] prompt = [.. ids.Take(promptTokens)];
        int behindPictures = TextRows.BehindPictures(prompt, tokens);
        TokenText question = new(ids, behindPictures, TextRows.QuestionEnd(prompt, tokens), tokenizer, tokens.ImageSlotId);
        TokenText answer = new(ids, promptTokens, ids.Count, tokenizer, tokens.ImageSlotId);
        List<(int First, int Last)> found = [.. Occurrences(wanted, question), .. Occurrences(wanted, answer)];
        if (found.Count == 0)
        {
            throw NotFound(wanted, ids, behindPictures, question, answer, tokenizer, tokens);
        }

        int[] positions = [.. found.SelectMany(place => Enumerable.Range(place.First, place.Last - place.First + 1)).Distinct().Order()];
        string times = found.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" at {found.Count} places");
        string description = string.Create(CultureInfo.InvariantCulture, $"the {positions.Length} token{(positions.Length == 1 ? "" : "s")} of \"{wanted}\"{times}");
        return new ChosenRows(positions, description, wanted, found.Count);
    }

    private static IEnumerable<(int First, int Last)> Occurrences(string word, TokenText text)
    {
        for (int at = 0; (at = text.Text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            int end = at + word.Length;
            if (IsBorder(text.Text, at) && IsBorder(text.Text, end))
            {
                yield return (text.TokensOf(at).First, text.TokensOf(end - 1).Last);
                at = end;
            }
            else
            {
                at++;
            }
        }
    }

    /// <summary>Whether a word may end or begin here: not between two letters or digits of a script that puts spaces between words.</summary>
    private static bool IsBorder(string text, int index) => index == 0 || index == text.Length || !(IsOfWord(text[index - 1]) && IsOfWord(text[index]));

    private static bool IsOfWord(char character) => char.IsLetterOrDigit(character) && char.GetUnicodeCategory(character) != UnicodeCategory.OtherLetter;

    private static InputException NotFound(
        string word, IReadOnlyList<int> ids, int behindPictures, TokenText question, TokenText answer, BpeTokenizer tokenizer, PromptTokens tokens)
    {
        // Another turn's text is no question: the user's turn begins where the last turn before the pictures was opened.
        int start = 1 + TextRows.LastIndexOf(ids, tokens.TurnStartId, behindPictures);
        TokenText before = new(ids, start, behindPictures, tokenizer, tokens.ImageSlotId);
        string what = Occurrences(word, before).Any()
            ? "stands only before the last picture, where text cannot see it; put the pictures first, or choose a word behind them"
            : "does not occur";
        return new InputException("word", $"'{word}' {what}. Looked in the question: \"{Shown(question, tokens.Markup)}\" and in the answer: \"{Shown(answer, tokens.Markup)}\".");
    }

    private static string Shown(TokenText text, PictureMarkup markup)
    {
        string shown = text.Text.Replace(markup.End, "", StringComparison.Ordinal).Trim().ReplaceLineEndings(" ");
        return shown.Length <= MostShown ? shown : shown[..MostShown] + "…";
    }
}
