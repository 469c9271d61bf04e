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
    public static int[] Find(AttentionRows rows, IReadOnlyList<int> promptIds, int answerTokens, BpeTokenizer tokenizer, InternVLTokens tokens)
    {
        int behindPictures = 1 + LastIndexOf(promptIds, tokens.ImageContextId);
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

    private static IEnumerable<int> OfTheQuestion(IReadOnlyList<int> ids, int first, BpeTokenizer tokenizer, InternVLTokens tokens)
    {
        for (int i = first; i < ids.Count && ids[i] != tokens.TurnEndId; i++)
        {
            if (ids[i] != tokens.ImageEndId && !string.IsNullOrWhiteSpace(tokenizer.Decode([ids[i]])))
            {
                yield return i;
            }
        }
    }

    private static int LastIndexOf(IReadOnlyList<int> ids, int id)
    {
        int last = ids.Count - 1;
        while (last >= 0 && ids[last] != id)
        {
            last--;
        }

        return last;
    }
}
