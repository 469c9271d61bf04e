using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using DriveKD.Data.Errors;
using Microsoft.Win32.SafeHandles;

namespace DriveKD.Models.Checkpoints;

/// <summary>
/// Reads a safetensors header: 8 bytes of little-endian length, that many bytes of JSON, then the tensors' data without gaps.
/// Nothing in it is believed: sizes are compared with the file before anything is allocated.
/// Format: the safetensors project's README, section "Format".
/// </summary>
internal static class SafetensorsHeaderReader
{
    /// <summary>The reference reader's limit too.</summary>
    public const long MaxHeaderBytes = 100_000_000;

    private const int LengthBytes = 8;
    private const string LargeFilePointer = "version https://git-lfs";

    /// <summary>The header, or null with the problems noted.</summary>
    public static SafetensorsHeader? Read(string file, SafeFileHandle handle, ProblemList problems)
    {
        long fileLength = RandomAccess.GetLength(handle);
        if (fileLength == 0)
        {
            problems.Add(file, "is empty; a safetensors file is expected. Download it again.");
            return null;
        }

        Span<byte> start = stackalloc byte[LargeFilePointer.Length];
        start = start[..RandomAccess.Read(handle, start, 0)];
        if (Encoding.UTF8.GetString(start) == LargeFilePointer)
        {
            problems.Add(file, "is a Git LFS pointer, not the file itself. Run 'git lfs pull' in the folder it came from.");
            return null;
        }

        if (fileLength < LengthBytes + 2)
        {
            problems.Add(file, $"has {fileLength} bytes; the shortest safetensors file has {LengthBytes + 2}. The file is truncated.");
            return null;
        }

        ulong claimed = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (claimed == 0 || claimed > MaxHeaderBytes || (long)claimed > fileLength - LengthBytes)
        {
            problems.Add(file, $"claims a header of {claimed} bytes, but the file has {fileLength} bytes and a header at most {MaxHeaderBytes}. "
                + "The file is truncated or not a safetensors file.");
            return null;
        }

        byte[] json = new byte[claimed];
        int read = 0;
        while (read < json.Length)
        {
            int count = RandomAccess.Read(handle, json.AsSpan(read), LengthBytes + read);
            if (count == 0)
            {
                problems.Add(file, "became shorter while it was read.");
                return null;
            }

            read += count;
        }

        return Parse(file, json, LengthBytes + (long)claimed, fileLength, problems);
    }

    /// <summary>Checks the JSON of a header whose data begins at <paramref name="dataStart"/>.</summary>
    public static SafetensorsHeader? Parse(string file, byte[] json, long dataStart, long fileLength, ProblemList problems)
    {
        int before = problems.Count;
        if (json[0] != (byte)'{')
        {
            problems.Add(file, "has a header that is not a JSON object; it must begin with '{'. The file is damaged or not a safetensors file.");
            return null;
        }

        if (!Utf8.IsValid(json))
        {
            problems.Add(file, "has a header that is not UTF-8 text. The file is damaged or not a safetensors file.");
            return null;
        }

        List<TensorEntry> entries = [];
        Dictionary<string, string> metadata = [];
        bool areOffsetsSound;
        try
        {
            areOffsetsSound = ReadObject(file, json, dataStart, fileLength - dataStart, entries, metadata, problems);
        }
        catch (JsonException exception)
        {
            problems.Add(file, $"has a header that is not valid JSON, at its byte {exception.BytePositionInLine}: {exception.Message}");
            return null;
        }

        SafetensorsLayout.Check(file, entries, dataStart, fileLength, areOffsetsSound, problems);
        if (problems.Count > before)
        {
            return null;
        }

        entries.Sort((a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.ByteLength.CompareTo(b.ByteLength));
        return new SafetensorsHeader(entries, metadata);
    }

    /// <summary>Reads every member; false where a tensor's place in the file is not known.</summary>
    private static bool ReadObject(
        string file, byte[] json, long dataStart, long dataLength, List<TensorEntry> entries, Dictionary<string, string> metadata, ProblemList problems)
    {
        Utf8JsonReader reader = new(json);
        reader.Read();
        HashSet<string> seen = [];
        bool areOffsetsSound = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = ReadText(ref reader);
            reader.Read();
            if (!seen.Add(name))
            {
                problems.Add($"{file}, tensor {DisplayName.Of(name)}", "stands in the header more than once.");
                areOffsetsSound = false;
                reader.Skip();
            }
            else if (name == "__metadata__")
            {
                ReadMetadata(file, ref reader, metadata, problems);
            }
            else
            {
                TensorEntryReader tensor = new(file, name, problems);
                TensorEntry? entry = tensor.Read(ref reader, dataStart, dataLength);
                areOffsetsSound &= entry is not null;
                if (entry is not null)
                {
                    entries.Add(entry);
                }
            }
        }

        // Only white space may follow: the reader throws on anything else.
        reader.Read();
        return areOffsetsSound;
    }

    private static void ReadMetadata(string file, ref Utf8JsonReader reader, Dictionary<string, string> metadata, ProblemList problems)
    {
        string where = $"{file}, __metadata__";
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problems.Add(where, "is not an object of texts.");
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = ReadText(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                problems.Add(where, $"{DisplayName.Of(key)} is not a text.");
                reader.Skip();
            }
            else if (!metadata.TryAdd(key, ReadText(ref reader)))
            {
                problems.Add(where, $"{DisplayName.Of(key)} stands there more than once.");
            }
        }
    }

    /// <summary>The text of a name or string; half of a surrogate pair is reported as broken JSON.</summary>
    internal static string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("a text holds half of a surrogate pair.", null, null, reader.TokenStartIndex, exception);
        }
    }
}
