using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Checkpoints;

/// <summary>Reads and checks one tensor's member of a safetensors header.</summary>
internal readonly struct TensorEntryReader(string file, string name, ProblemList problems)
{
    /// <summary>torch handles no more dimensions.</summary>
    private const int MaxDimensions = 64;

    private readonly string _where = $"{file}, tensor {DisplayName.Of(name)}";

    /// <summary>The entry, or null with the problems noted. The reader ends on the member's last token.</summary>
    public TensorEntry? Read(ref Utf8JsonReader reader, long dataStart, long dataLength)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problems.Add(_where, "is not an object of dtype, shape and data_offsets.");
            reader.Skip();
            return null;
        }

        int before = problems.Count;
        if (DisplayName.IsOdd(name))
        {
            problems.Add(_where, "has control characters in its name.");
        }

        TensorDType? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        HashSet<string> seen = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = SafetensorsHeaderReader.ReadText(ref reader);
            reader.Read();
            if (!seen.Add(key))
            {
                problems.Add(_where, $"{DisplayName.Of(key)} stands there more than once.");
                reader.Skip();
                continue;
            }

            switch (key)
            {
                case "dtype":
                    dtype = ReadDType(ref reader);
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, key);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, key);
                    break;
                default:
                    problems.Add(_where, $"has the unknown key {DisplayName.Of(key)}; dtype, shape and data_offsets are expected.");
                    reader.Skip();
                    break;
            }
        }

        foreach (string key in (string[])["dtype", "shape", "data_offsets"])
        {
            if (!seen.Contains(key))
            {
                problems.Add(_where, $"has no {key}.");
            }
        }

        if (offsets is not null)
        {
            CheckOffsets(offsets, dataLength);
        }

        if (dtype is not null && shape is not null)
        {
            CheckSize(dtype.Value, shape, offsets is [long begin, long end] && begin <= end ? end - begin : null);
        }

        return problems.Count > before ? null : new TensorEntry
        {
            Name = name,
            DType = dtype!.Value,
            Shape = shape!,
            Offset = dataStart + offsets![0],
            ByteLength = offsets[1] - offsets[0],
            File = file,
        };
    }

    private TensorDType? ReadDType(ref Utf8JsonReader reader)
    {
        string? text = reader.TokenType == JsonTokenType.String ? SafetensorsHeaderReader.ReadText(ref reader) : null;
        reader.Skip();
        TensorDType? dtype = text is null ? null : TensorDTypes.Parse(text);
        if (dtype is null)
        {
            problems.Add(_where, text is null ? "dtype is not a text." : $"has the unknown dtype {DisplayName.Of(text)}; known: {string.Join(", ", TensorDTypes.Names)}.");
        }

        return dtype;
    }

    private long[]? ReadNumbers(ref Utf8JsonReader reader, string key)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            problems.Add(_where, $"{key} is not a list of whole numbers.");
            reader.Skip();
            return null;
        }

        List<long> numbers = [];
        bool isSound = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) && number >= 0)
            {
                numbers.Add(number);
                continue;
            }

            if (isSound)
            {
                problems.Add(_where, $"{key} holds {Describe(ref reader)}; whole numbers from 0 to {long.MaxValue} are expected.");
                isSound = false;
            }

            reader.Skip();
        }

        return isSound ? [.. numbers] : null;
    }

    private void CheckOffsets(long[] offsets, long dataLength)
    {
        if (offsets is not [long begin, long end])
        {
            problems.Add(_where, $"data_offsets holds {offsets.Length} numbers; begin and end are expected.");
        }
        else if (begin > end)
        {
            problems.Add(_where, $"data_offsets [{begin}, {end}] end before they begin.");
        }
        else if (end > dataLength)
        {
            problems.Add(_where, $"data_offsets [{begin}, {end}] leave the file, which holds {dataLength} bytes of data. The file is truncated.");
        }
    }

    private void CheckSize(TensorDType dtype, long[] shape, long? byteLength)
    {
        if (shape.Length > MaxDimensions)
        {
            problems.Add(_where, $"has {shape.Length} dimensions; at most {MaxDimensions} are expected.");
            return;
        }

        int size = TensorDTypes.SizeOf(dtype);
        long? elements = TensorShape.ElementCount(shape);
        if (elements is null || elements > long.MaxValue / size)
        {
            problems.Add(_where, $"the shape {TensorShape.Format(shape)} has more elements than 64 bits can count.");
        }
        else if (byteLength is not null && byteLength != elements * size)
        {
            problems.Add(
                _where, $"data_offsets span {byteLength} bytes, but {TensorDTypes.NameOf(dtype)} {TensorShape.Format(shape)} has {elements * size}.");
        }
    }

    private static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(40, reader.ValueSpan.Length)]),
        JsonTokenType.String => "a text",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.StartObject => "an object",
        _ => reader.TokenType.ToString().ToLowerInvariant(),
    };
}
