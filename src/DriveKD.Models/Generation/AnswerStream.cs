using System.Text;
using DriveKD.Data.Text;

namespace DriveKD.Models.Generation;

/// <summary>Collects an answer while it is generated and hands its text on, whole characters only.</summary>
internal sealed class AnswerStream
{
    private readonly IncrementalDecoder _decoder;
    private readonly Action<string>? _onText;
    private readonly List<int> _ids = [];
    private readonly StringBuilder _text = new();

    /// <param name="tokenizer">Turns ids into text; special tokens are left out.</param>
    /// <param name="onText">Told of every piece of text.</param>
    public AnswerStream(BpeTokenizer tokenizer, Action<string>? onText) =>
        (_decoder, _onText) = (tokenizer.CreateDecoder(skipSpecialTokens: true), onText);

    public IReadOnlyList<int> Ids => _ids;

    public string Text => _text.ToString();

    public void Append(int id)
    {
        _ids.Add(id);
        HandOn(_decoder.Append(id));
    }

    /// <summary>Ends the stream: what is left of an unfinished character becomes U+FFFD.</summary>
    public void Finish() => HandOn(_decoder.Flush());

    private void HandOn(string? text)
    {
        if (text is not null)
        {
            _text.Append(text);
            _onText?.Invoke(text);
        }
    }
}
