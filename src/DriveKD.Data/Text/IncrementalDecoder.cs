using System.Buffers;
using System.Text;

namespace DriveKD.Data.Text;

/// <summary>
/// Turns ids into text one by one, as they are generated. Text is handed out only once it is whole: while the decoded tail ends
/// in U+FFFD it is held back, because the next id may complete the character. Not thread-safe; one decoder per stream.
/// </summary>
public sealed class IncrementalDecoder
{
    private readonly BpeTokenizer _tokenizer;
    private readonly bool _skipsSpecialTokens;
    private readonly StringBuilder _held = new();
    private readonly List<byte> _unfinished = [];

    internal IncrementalDecoder(BpeTokenizer tokenizer, bool skipsSpecialTokens) =>
        (_tokenizer, _skipsSpecialTokens) = (tokenizer, skipsSpecialTokens);

    /// <summary>Takes the next id.</summary>
    /// <param name="id">An id of at least 0; one beyond the vocabulary stands for nothing.</param>
    /// <returns>The text that is whole now and was not handed out before, or null where there is none yet.</returns>
    public string? Append(int id)
    {
        ReadOnlySpan<byte> bytes = _tokenizer.BytesOf(id, _skipsSpecialTokens);
        if (bytes.IsEmpty)
        {
            return null;
        }

        _unfinished.AddRange(bytes);
        DecodeWholeCharacters();
        bool endsInReplacement = _unfinished.Count > 0 || _held[^1] == (char)Rune.ReplacementChar.Value;
        return endsInReplacement ? null : TakeHeld();
    }

    /// <summary>
    /// Ends the stream: hands out what was held back, an unfinished character as U+FFFD, so that all texts together equal
    /// <see cref="BpeTokenizer.Decode"/> of all ids.
    /// </summary>
    /// <returns>The text, or null where nothing was held back.</returns>
    public string? Flush()
    {
        if (_unfinished.Count > 0)
        {
            _held.Append(Rune.ReplacementChar);
            _unfinished.Clear();
        }

        return _held.Length == 0 ? null : TakeHeld();
    }

    private string TakeHeld()
    {
        string text = _held.ToString();
        _held.Clear();
        return text;
    }

    // Invalid sequences become U+FFFD at once, each maximal part one; only the beginning of a sequence that may still become valid waits.
    private void DecodeWholeCharacters()
    {
        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_unfinished);
        int consumed = 0;
        while (consumed < bytes.Length)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes[consumed..], out Rune rune, out int length);
            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            _held.Append(rune);
            consumed += length;
        }

        _unfinished.RemoveRange(0, consumed);
    }
}
