using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>Finds the number of tokens and the added tokens without building a tokenizer.</summary>
internal static class TokenizerScan
{
    /// <summary>The real files have 7 to 12 MB.</summary>
    private const long MaxBytes = 200_000_000;

    /// <summary>Reads tokenizer.json, or vocab.json with added_tokens.json; null where there is neither, or with a problem noted.</summary>
    public static TokenizerReport? Read(string folder, ProblemList problems)
    {
        Dictionary<string, long> added = [];
        string main = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(main))
        {
            return Scan(main, added, problems) is long last ? Report("tokenizer.json", last, added) : null;
        }

        string vocabulary = Path.Combine(folder, "vocab.json");
        if (!File.Exists(vocabulary))
        {
            return null;
        }

        Dictionary<string, long> ignored = [];
        long? highest = ScanFlat(vocabulary, ignored, problems);
        string addedFile = Path.Combine(folder, "added_tokens.json");
        long? highestAdded = File.Exists(addedFile) ? ScanFlat(addedFile, added, problems) : -1;
        return highest is null || highestAdded is null ? null : Report("vocab.json", Math.Max(highest.Value, highestAdded.Value), added);
    }

    private static TokenizerReport Report(string file, long highest, Dictionary<string, long> added) =>
        new() { File = file, Size = highest + 1, AddedTokens = added };

    private static long? Scan(string path, Dictionary<string, long> added, ProblemList problems) => Guarded(path, problems, bytes =>
    {
        Utf8JsonReader reader = new(bytes);
        long highest = -1;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object is expected.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("added_tokens"))
            {
                reader.Read();
                highest = Math.Max(highest, ReadAdded(ref reader, added));
            }
            else if (reader.ValueTextEquals("model"))
            {
                reader.Read();
                highest = Math.Max(highest, ReadModel(ref reader));
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return highest;
    });

    private static long? ScanFlat(string path, Dictionary<string, long> tokens, ProblemList problems) => Guarded(path, problems, bytes =>
    {
        Utf8JsonReader reader = new(bytes);
        reader.Read();
        return ReadIds(ref reader, tokens);
    });

    private static long ReadAdded(ref Utf8JsonReader reader, Dictionary<string, long> added)
    {
        long highest = -1;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("added_tokens is not a list.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            long id = -1;
            string? content = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isId = reader.ValueTextEquals("id");
                bool isContent = reader.ValueTextEquals("content");
                reader.Read();
                if (isId && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number))
                {
                    id = number;
                }
                else if (isContent && reader.TokenType == JsonTokenType.String)
                {
                    content = SafetensorsHeaderReader.ReadText(ref reader);
                }

                reader.Skip();
            }

            if (content is null || id is < 0 or > int.MaxValue)
            {
                throw new JsonException("an added token has no content or no id.");
            }

            added[content] = id;
            highest = Math.Max(highest, id);
        }

        return highest;
    }

    private static long ReadModel(ref Utf8JsonReader reader)
    {
        long highest = -1;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("model is not an object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isVocabulary = reader.ValueTextEquals("vocab");
            reader.Read();
            if (isVocabulary)
            {
                highest = ReadIds(ref reader, null);
            }
            else
            {
                reader.Skip();
            }
        }

        return highest;
    }

    private static long ReadIds(ref Utf8JsonReader reader, Dictionary<string, long>? tokens)
    {
        long highest = -1;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("a vocabulary is not an object of tokens and ids.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? token = tokens is null ? null : SafetensorsHeaderReader.ReadText(ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int id) || id < 0)
            {
                throw new JsonException("a token's id is not a whole number of at least 0.");
            }

            highest = Math.Max(highest, id);
            if (token is not null)
            {
                tokens![token] = id;
            }
        }

        return highest;
    }

    private static long? Guarded(string path, ProblemList problems, Func<byte[], long> read)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                problems.Add(path, $"has more than {MaxBytes} bytes; no tokenizer has.");
                return null;
            }

            byte[] bytes = File.ReadAllBytes(path);
            if (!System.Text.Unicode.Utf8.IsValid(bytes))
            {
                throw new JsonException("it is not UTF-8 text.");
            }

            return read(bytes);
        }
        catch (JsonException exception)
        {
            problems.Add(path, $"is not a sound tokenizer file: {exception.Message}");
        }
        catch (InvalidOperationException exception)
        {
            // The reader's answer to a name with half of a surrogate pair.
            problems.Add(path, $"is not a sound tokenizer file: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add(path, $"could not be read: {exception.Message}");
        }

        return null;
    }
}
