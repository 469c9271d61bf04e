using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Samples.Json;

/// <summary>
/// Reads the tokens of a JSON file one by one through a small buffer, so that a file of any size needs the memory of its longest
/// token. Broken JSON throws <see cref="JsonException"/> with line and byte.
/// </summary>
internal sealed class JsonTokenStream : IDisposable
{
    private const int InitialBuffer = 1 << 18;
    private const int LongestToken = 1 << 28;

    private readonly string _file;
    private readonly FileStream _stream;
    private readonly Action<long>? _bytesRead;
    private byte[] _buffer = new byte[InitialBuffer];
    private int _start;
    private int _end;
    private bool _atEnd;
    private JsonReaderState _state = new(default);

    /// <param name="file">The file to read.</param>
    /// <param name="bytesRead">Told the bytes read so far, once per buffer; it may throw to cancel.</param>
    public JsonTokenStream(string file, Action<long>? bytesRead = null)
    {
        _file = file;
        _bytesRead = bytesRead;
        _stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        if (!_stream.CanSeek)
        {
            _stream.Dispose();
            throw new InputException(file, "is a pipe or a device; records are read twice: give a file.");
        }

        Fill();
        ReadOnlySpan<byte> head = _buffer.AsSpan(0, _end);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
        {
            _start = 3;
        }
        else if (head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || head.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]))
        {
            _stream.Dispose();
            throw new InputException(file, "is UTF-16 text; JSON records are UTF-8: save the file in UTF-8.");
        }
    }

    public JsonTokenType TokenType { get; private set; }

    /// <summary>The text of a string, number or property name that was read with its text; null where it is not valid text.</summary>
    public string? Text { get; private set; }

    /// <summary>Reads the next token; false at the end of the file.</summary>
    /// <param name="withText">Whether <see cref="Text"/> is wanted; leaving it out saves the decoding.</param>
    public bool Read(bool withText = true)
    {
        while (true)
        {
            Utf8JsonReader reader = new(_buffer.AsSpan(_start, _end - _start), _atEnd, _state);
            if (reader.Read())
            {
                TokenType = reader.TokenType;
                Text = withText ? Decode(ref reader) : null;
                _start += (int)reader.BytesConsumed;
                _state = reader.CurrentState;
                return true;
            }

            _start += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            if (_atEnd)
            {
                TokenType = JsonTokenType.None;
                return false;
            }

            Fill();
        }
    }

    /// <summary>Passes over the value whose first token was just read.</summary>
    public void SkipValue()
    {
        int depth = 0;
        do
        {
            depth += TokenType switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                _ => 0,
            };
        }
        while (depth > 0 && Read(withText: false));
    }

    public void Dispose() => _stream.Dispose();

    private static string? Decode(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
            case JsonTokenType.String or JsonTokenType.PropertyName:
                try
                {
                    return reader.GetString();
                }
                catch (InvalidOperationException)
                {
                    // Bytes that are not UTF-8, or an escaped half of a surrogate pair.
                    return null;
                }

            default:
                return null;
        }
    }

    private void Fill()
    {
        int kept = _end - _start;
        if (kept == _buffer.Length)
        {
            if (kept >= LongestToken)
            {
                throw new InputException(_file, $"holds a single JSON value of more than {LongestToken >> 20} MB: this is no record file.");
            }

            Array.Resize(ref _buffer, 2 * kept);
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        }

        (_start, _end) = (0, kept);
        int count = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        _atEnd = count == 0;
        _bytesRead?.Invoke(_stream.Position);
    }
}
