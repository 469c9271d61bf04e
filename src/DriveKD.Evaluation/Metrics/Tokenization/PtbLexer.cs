using static DriveKD.Evaluation.Metrics.Tokenization.PtbCharacters;

namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>
/// Cuts a text into tokens: at each position the rule with the longest match wins, of equal ones the earlier. What follows behind
/// white space, on the next line too, decides whether an abbreviation's period also ends the sentence.
/// </summary>
internal sealed class PtbLexer
{
    private const char SoftHyphen = '\u00AD';

    private readonly string _text;
    private readonly TokenLines _lines;
    private readonly PtbWordRules _words;
    private readonly PtbSymbolRules _symbols;

    public PtbLexer(string text, TokenLines lines)
    {
        _text = text.Contains(SoftHyphen) ? text.Replace("\u00AD", "", StringComparison.Ordinal) : text;
        _lines = lines;
        _words = new PtbWordRules(_text);
        _symbols = new PtbSymbolRules(_text);
    }

    /// <summary>Cuts the whole text.</summary>
    public void Run()
    {
        int position = 0;
        while (position < _text.Length)
        {
            char character = _text[position];
            if (IsLineEnd(character))
            {
                position += character == '\r' && PtbScan.At(_text, position + 1) == '\n' && position + 1 < _text.Length ? 2 : 1;
                _lines.EndLine();
            }
            else if (IsBlank(character))
            {
                position++;
            }
            else if (IsLetterOrDigit(character))
            {
                position += Emit(position, _words.Match(position));
            }
            else
            {
                TokenMatch match = _symbols.Match(position);
                position += match is { Length: 1, Form: TokenForm.Plain } && Vanishes(character) ? 1 : Emit(position, match);
            }
        }
    }

    /// <summary>Adds the tokens of a match and returns how far to go on.</summary>
    private int Emit(int position, TokenMatch match)
    {
        ReadOnlySpan<char> text = _text.AsSpan(position, match.Length);
        int end = position + match.Length;
        switch (match.Form)
        {
            case TokenForm.Replaced:
                _lines.Add(match.Text);
                break;
            case TokenForm.KeptSpaces:
                _lines.Add(text.ToString().Replace(' ', '\u00A0'));
                break;
            case TokenForm.Split:
                _lines.Add(text[..match.Cut]);
                _lines.Add(text[match.Cut..]);
                break;
            case TokenForm.Initial when IsSentenceStart(end):
                _lines.Add(text[..^1]);
                return match.Length - 1;
            case TokenForm.Acronym when IsSentenceStart(end):
            case TokenForm.EndingAbbreviation when IsSentenceEnd(end):
                _lines.Add(text);
                _lines.Add(".");
                break;
            default:
                _lines.Add(text);
                break;
        }

        return match.Length;
    }

    /// <summary>White space, one of the words that begin sentences, white space.</summary>
    private bool IsSentenceStart(int position)
    {
        int word = PtbScan.Spaces(_text, position);
        if (word == position)
        {
            return false;
        }

        int end = word;
        while (char.IsAsciiLetter(PtbScan.At(_text, end)))
        {
            end++;
        }

        end += PtbScan.At(_text, end) == '.' ? 1 : 0;
        return end < _text.Length && IsSpace(_text[end]) && PtbWords.StartsSentence(_text.AsSpan(word, end - word));
    }

    /// <summary>The end of the text, or white space and a capital letter.</summary>
    private bool IsSentenceEnd(int position)
    {
        int next = PtbScan.Spaces(_text, position);
        return next == _text.Length || (next > position && char.IsUpper(_text[next]));
    }
}
