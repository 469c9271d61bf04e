using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;

namespace DriveKD.Models.Generation.Attention;

/// <summary>The positions of the text tokens whose attention is averaged.</summary>
internal static class TextRows
{
    /// <summary>Finds them.</summary>
    /// <param name="rows">Which are wanted.</param>
    /// <param name="promptIds">The prompt, with at least one picture.</param>
    /// <param name="answerTokens">Tokens that follow it.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="tokens">Its control tokens.</param>
    /// <returns>Ascending positions in prompt and answer, at least one.</returns>
    /// <exception cref="InputException">There are none.</exception>
    public static int[] Find(AttentionRows rows, IReadOnlyList<int> promptIds, int answerTokens, BpeTokenizer tokenizer, PromptTokens tokens)
    {
        int behindPictures = BehindPictures(promptIds, tokens);
        int[] found = rows switch
        {
            AttentionRows.Question => [.. OfTheQuestion(promptIds, behindPictures, tokenizer, tokens)],
            AttentionRows.Answer => [.. Enumerable.Range(promptIds.Count, answerTokens)],
            _ => [.. Enumerable.Range(behindPictures, promptIds.Count + answerTokens - behindPictures)],
        };
        return found.Length > 0 ? found : throw new InputException("attention rows", rows == AttentionRows.Answer
            ? "the answer has no tokens whose attention could be shown; choose the question's."
            : "no text of the question stands behind the last picture, so none of it can see the picture; choose the answer's, or put the pictures first.");
    }

    /// <summary>What the tokens are called in titles.</summary>
    public static string Describe(AttentionRows rows, int count) => rows switch
    {
        AttentionRows.Question => string.Create(CultureInfo.InvariantCulture, $"the question's {count} tokens"),
        AttentionRows.Answer => string.Create(CultureInfo.InvariantCulture, $"the answer's {count} tokens"),
        _ => string.Create(CultureInfo.InvariantCulture, $"all {count} text tokens"),
    };

    /// <summary>The position behind the last image token.</summary>
    public static int BehindPictures(IReadOnlyList<int> promptIds, PromptTokens tokens) => 1 + LastIndexOf(promptIds, tokens.ImageSlotId, promptIds.Count);

    /// <summary>The position behind the question's last token.</summary>
    public static int QuestionEnd(IReadOnlyList<int> promptIds, PromptTokens tokens)
    {
        int end = BehindPictures(promptIds, tokens);
        while (end < promptIds.Count && promptIds[end] != tokens.TurnEndId)
        {
            end++;
        }

        return end;
    }

    /// <summary>The last position of an id before another position; -1 where there is none.</summary>
    public static int LastIndexOf(IReadOnlyList<int> ids, int id, int before)
    {
        int last = before - 1;
        while (last >= 0 && ids[last] != id)
        {
            last--;
        }

        return last;
    }

    private static IEnumerable<int> OfTheQuestion(IReadOnlyList<int> ids, int first, BpeTokenizer tokenizer, PromptTokens tokens)
    {
        int end = QuestionEnd(ids, tokens);
        for (int i = first; i < end; i++)
        {
            if (ids[i] != tokens.ImageEndId && !string.IsNullOrWhiteSpace(tokenizer.Decode([ids[i]])))
            {
                yield return i;
            }
        }
    }
}
