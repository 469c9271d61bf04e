using System.Buffers;
using System.Text;
using DriveKD.Data.Text;

namespace DriveKD.Models.Generation.Attention;

/// <summary>
/// Ids as text in which every character knows the tokens that it comes from: byte-level pieces cut words, and characters, anywhere.
/// Every image token stands as one U+FFFC, so that no word reaches across a picture.
/// </summary>
internal sealed class TokenText
{
    private const char ImageSlot = '\uFFFC';

    private readonly List<(int First, int Last)> _tokens = [];
    private readonly StringBuilder _text = new();

    /// <param name="ids">Prompt and answer.</param>
    /// <param name="start">The first position that is read.</param>
    /// <param name="end">Behind the last one.</param>
    /// <param name="tokenizer">Theirs.</param>
    /// <param name="imageTokenId">The id that marks image slots.</param>
    public TokenText(IReadOnlyList<int> ids, int start, int end, BpeTokenizer tokenizer, int imageTokenId)
    {
        List<byte> bytes = [];
        List<int> owners = [];
        for (int i = start; i < end; i++)
        {
            if (ids[i] == imageTokenId)
            {
                Append(bytes, owners);
                _text.Append(ImageSlot);
                _tokens.Add((i, i));
                continue;
            }

            byte[] own = tokenizer.BytesOf(ids[i], skipSpecialTokens: false);
            bytes.AddRange(own);
            owners.AddRange(Enumerable.Repeat(i, own.Length));
        }

        Append(bytes, owners);
        Text = _text.ToString();
    }

    /// <summary>The text; bytes that are no characters stand as U+FFFD.</summary>
    public string Text { get; }

    /// <summary>The first and the last token that a character of <see cref="Text"/> comes from.</summary>
    /// <param name="index">UTF-16 index.</param>
    public (int First, int Last) TokensOf(int index) => _tokens[index];

    private void Append(List<byte> bytes, List<int> owners)
    {
        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
        for (int at = 0; at < bytes.Count;)
        {
            bool isWhole = Rune.DecodeFromUtf8(rest[at..], out Rune rune, out int length) == OperationStatus.Done;
            length = Math.Max(length, 1);
            string character = (isWhole ? rune : Rune.ReplacementChar).ToString();
            _text.Append(character);
            _tokens.AddRange(Enumerable.Repeat((owners[at], owners[at + length - 1]), character.Length));
            at += length;
        }

        bytes.Clear();
        owners.Clear();
    }
}
