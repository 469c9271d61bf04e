using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Files;

/// <summary>
/// Reads <c>tokenizer.json</c>. The vocabulary and the merges, hundreds of thousands of strings, are streamed; every other
/// section is checked against the one pipeline this project follows, and refused by name where it would change ids.
/// </summary>
internal sealed class TokenizerJsonReader
{
    private readonly string _path;
    private readonly ProblemList _problems = new();
    private readonly VocabularyBuilder _vocabulary;
    private readonly TokenizerPipeline _pipeline;
    private readonly HashSet<string> _sections = [];
    private readonly HashSet<string> _modelKeys = [];
    private readonly Dictionary<string, int> _addedIds = [];

    private TokenizerJsonReader(string path)
    {
        _path = path;
        _vocabulary = new VocabularyBuilder(_problems);
        _pipeline = new TokenizerPipeline(path, _problems);
    }

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="InputException">Everything that is wrong with it.</exception>
    public static TokenizerDefinition Read(string folder, string path) => new TokenizerJsonReader(path).Read(folder);

    private TokenizerDefinition Read(string folder)
    {
        Utf8JsonReader reader = new(TokenizerFile.ReadBytes(_path));
        try
        {
            ReadRoot(ref reader);
            while (reader.Read())
            {
            }
        }
        catch (JsonException exception)
        {
            throw TokenizerFile.NotJson(_path, exception);
        }

        foreach (string section in new[] { "model", "pre_tokenizer", "decoder" }.Where(section => !_sections.Contains(section)))
        {
            _problems.Add(_path, $"the section \"{section}\" is missing.");
        }

        if (_sections.Contains("model"))
        {
            foreach (string key in new[] { "vocab", "merges" }.Where(key => !_modelKeys.Contains(key)))
            {
                _problems.Add(_path, $"model.{key} is missing.");
            }
        }

        ReadTokensOfConfig(Path.Combine(folder, "tokenizer_config.json"));
        return _vocabulary.Build(folder, _path, _pipeline.NormalizesText);
    }

    private void ReadRoot(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InputException(_path, $"holds a JSON {reader.TokenType} where an object was expected.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string section = Text(ref reader, "a key");
            if (!_sections.Add(section))
            {
                _problems.Add(_path, $"the section \"{section}\" stands twice.");
            }

            reader.Read();
            if (section == "model")
            {
                ReadModel(ref reader);
                continue;
            }

            using JsonDocument value = JsonDocument.ParseValue(ref reader);
            if (section == "added_tokens")
            {
                ReadAddedTokens(value.RootElement);
            }
            else
            {
                _pipeline.CheckSection(section, value.RootElement);
            }
        }
    }

    private void ReadModel(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _problems.Add(_path, $"model is a JSON {reader.TokenType} where an object was expected.");
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = Text(ref reader, "a key of model");
            if (!_modelKeys.Add(key))
            {
                _problems.Add(_path, $"model.{key} stands twice.");
            }

            reader.Read();
            switch (key)
            {
                case "vocab":
                    ReadVocabulary(ref reader);
                    break;
                case "merges":
                    ReadMerges(ref reader);
                    break;
                default:
                    using (JsonDocument value = JsonDocument.ParseValue(ref reader))
                    {
                        _pipeline.CheckModelKey(key, value.RootElement);
                    }

                    break;
            }
        }
    }

    private void ReadVocabulary(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _problems.Add(_path, $"model.vocab is a JSON {reader.TokenType} where an object of token: id was expected.");
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string token = Text(ref reader, "a token of model.vocab");
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int id))
            {
                _vocabulary.AddToken(_path, token, id);
            }
            else
            {
                _problems.Add(_path, $"model.vocab[\"{token}\"] is not an integer id in 0..{TokenizerDefinition.LargestId}.");
                reader.Skip();
            }
        }
    }

    private void ReadMerges(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _problems.Add(_path, $"model.merges is a JSON {reader.TokenType} where an array was expected.");
            reader.Skip();
            return;
        }

        for (int rank = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; rank++)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                _vocabulary.AddMerge(_path, Text(ref reader, "an item of model.merges"));
                continue;
            }

            using JsonDocument value = JsonDocument.ParseValue(ref reader);
            if (value.RootElement.ValueKind == JsonValueKind.Array
                && value.RootElement.GetArrayLength() == 2
                && TokenizerFile.TextOrNull(value.RootElement[0]) is { } left
                && TokenizerFile.TextOrNull(value.RootElement[1]) is { } right)
            {
                _vocabulary.AddMerge(_path, $"{left} {right}");
            }
            else
            {
                _problems.Add(_path, $"model.merges[{rank}] is neither \"a b\" nor [\"a\", \"b\"].");
            }
        }
    }

    private void ReadAddedTokens(JsonElement section)
    {
        if (section.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (section.ValueKind != JsonValueKind.Array)
        {
            _problems.Add(_path, $"added_tokens is a JSON {TokenizerFile.Describe(section.ValueKind)} where an array was expected.");
            return;
        }

        int index = 0;
        foreach (JsonElement item in section.EnumerateArray())
        {
            string where = $"{_path}, added_tokens[{index++}]";
            int id = -1;
            bool hasId = item.ValueKind == JsonValueKind.Object
                && item.TryGetProperty("id", out JsonElement idElement)
                && idElement.ValueKind == JsonValueKind.Number
                && idElement.TryGetInt32(out id);
            if (!hasId)
            {
                _problems.Add(where, $"has no integer \"id\" in 0..{TokenizerDefinition.LargestId}.");
            }
            else if (AddedTokenReader.Read(where, id, item, _problems) is { } token)
            {
                _vocabulary.AddAddedToken(where, token);
                _addedIds.TryAdd(token.Content, token.Id);
            }
        }
    }

    // Tokens that only the config lists are added too, as transformers does; of the others this file's flags hold.
    private void ReadTokensOfConfig(string configFile)
    {
        using JsonDocument? config = TokenizerFile.ReadOptionalObject(configFile);
        foreach ((string where, AddedToken token) in AddedTokenReader.ReadDecoder(configFile, config, _problems))
        {
            if (!_addedIds.TryGetValue(token.Content, out int id))
            {
                _vocabulary.AddAddedToken(where, token);
            }
            else if (id != token.Id)
            {
                _problems.Add(where, $"\"{token.Content}\" has id {token.Id} here and id {id} in {_path}.");
            }
        }
    }

    private string Text(ref Utf8JsonReader reader, string what)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new InputException(_path, $"{what} near byte {reader.TokenStartIndex} is not valid text (broken UTF-8 or half a surrogate pair).", exception);
        }
    }
}
