using System.Globalization;
using System.Text;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;

namespace DriveKD.Models.Generation.Attention;

/// <summary>Cuts a sequence into pieces that people can read, the chosen tokens each on its own.</summary>
internal static class SequencePieces
{
    /// <summary>Cuts.</summary>
    /// <param name="ids">Prompt and answer.</param>
    /// <param name="start">The first position.</param>
    /// <param name="end">Behind the last one.</param>
    /// <param name="chosen">Positions whose attention is averaged.</param>
    /// <param name="pictures">How each picture stands in the prompt.</param>
    /// <param name="tokenizer">The ids'.</param>
    /// <param name="imageTokenId">The id that marks image slots.</param>
    public static IReadOnlyList<SequencePiece> Cut(
        IReadOnlyList<int> ids,
        int start,
        int end,
        IReadOnlySet<int> chosen,
        IReadOnlyList<PictureLayout> pictures,
        BpeTokenizer tokenizer,
        int imageTokenId)
    {
        HashSet<int> control = [.. tokenizer.AddedTokens.Where(token => token.IsSpecial).Select(token => token.Id)];
        TokenText text = new(ids, start, end, tokenizer, imageTokenId);
        List<SequencePiece> pieces = [];
        StringBuilder piece = new();
        (PieceKind Kind, int Part) current = default;
        int slots = ids.Take(start).Count(id => id == imageTokenId);
        for (int i = 0; i < text.Text.Length; i++)
        {
            (int first, int last) = text.TokensOf(i);
            (PieceKind Kind, int Part) own = ids[first] == imageTokenId ? (PieceKind.Picture, PictureOf(slots++, pictures))
                : chosen.Contains(first) ? (PieceKind.Chosen, first)
                : chosen.Contains(last) ? (PieceKind.Chosen, last)
                : (control.Contains(ids[first]) ? PieceKind.Control : PieceKind.Text, 0);
            if (i > 0 && own != current)
            {
                Close();
            }

            current = own;
            piece.Append(text.Text[i]);
        }

        if (piece.Length > 0)
        {
            Close();
        }

        return pieces;

        void Close()
        {
            string shown = current.Kind == PieceKind.Picture ? (current.Part + 1).ToString(CultureInfo.InvariantCulture) : piece.ToString();
            pieces.Add(new SequencePiece(shown, current.Kind));
            piece.Clear();
        }
    }

    private static int PictureOf(int slot, IReadOnlyList<PictureLayout> pictures)
    {
        int picture = 0;
        for (int end = pictures[0].Tokens; slot >= end; end += pictures[picture].Tokens)
        {
            picture++;
        }

        return picture;
    }
}
