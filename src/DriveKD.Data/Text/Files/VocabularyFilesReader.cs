using System.Text;
using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Files;

/// <summary>
/// Reads the older layout: <c>vocab.json</c> and <c>merges.txt</c> with the added tokens of <c>tokenizer_config.json</c> and
/// <c>added_tokens.json</c>. It does not say how text is cut, so the tokenizer class must be Qwen2's.
/// </summary>
internal sealed class VocabularyFilesReader
{
    private static readonly string[] _knownClasses = ["Qwen2Tokenizer", "Qwen2TokenizerFast"];

    // Keys of tokenizer_config.json and special_tokens_map.json that name special tokens.
    private static readonly string[] _specialKeys =
        ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens"];

    private readonly string _folder;
    private readonly ProblemList _problems = new();
    private readonly VocabularyBuilder _vocabulary;

    private VocabularyFilesReader(string folder) => (_folder, _vocabulary) = (folder, new VocabularyBuilder(_problems));

    /// <summary>Reads and checks the files.</summary>
    /// <exception cref="InputException">Everything that is wrong with them.</exception>
    public static TokenizerDefinition Read(string folder) => new VocabularyFilesReader(folder).Read();

    private TokenizerDefinition Read()
    {
        string vocabularyFile = Path.Combine(_folder, "vocab.json");
        using (JsonDocument vocabulary = TokenizerFile.ReadObject(vocabularyFile))
        {
            foreach ((string token, JsonElement value) in TokenizerFile.Entries(vocabularyFile, vocabulary.RootElement))
            {
                if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int id))
                {
                    _vocabulary.AddToken(vocabularyFile, token, id);
                }
                else
                {
                    _problems.Add(vocabularyFile, $"the id of \"{token}\" is not an integer in 0..{TokenizerDefinition.LargestId}.");
                }
            }
        }

        ReadMerges(Path.Combine(_folder, "merges.txt"));
        ReadAddedTokens();
        return _vocabulary.Build(_folder, vocabularyFile, normalizesText: true);
    }

    private void ReadMerges(string path)
    {
        string[] lines = Encoding.UTF8.GetString(TokenizerFile.ReadBytes(path)).Split('\n');
        for (int line = 0; line < lines.Length; line++)
        {
            string merge = lines[line].TrimEnd('\r');
            if (merge.Length > 0 && !merge.StartsWith("#version", StringComparison.Ordinal))
            {
                _vocabulary.AddMerge($"{path}, line {line + 1}", merge);
            }
        }
    }

    private void ReadAddedTokens()
    {
        string configFile = Path.Combine(_folder, "tokenizer_config.json");
        HashSet<string> specialContents = [];
        Dictionary<string, AddedToken> decoderTokens = [];
        using (JsonDocument? config = TokenizerFile.ReadOptionalObject(configFile))
        {
            CheckClass(configFile, config);
            ReadSpecialNames(config, specialContents);
            foreach ((string where, AddedToken token) in AddedTokenReader.ReadDecoder(configFile, config, _problems))
            {
                _vocabulary.AddAddedToken(where, token);
                decoderTokens.TryAdd(token.Content, token);
            }
        }

        using (JsonDocument? specialMap = TokenizerFile.ReadOptionalObject(Path.Combine(_folder, "special_tokens_map.json")))
        {
            ReadSpecialNames(specialMap, specialContents);
        }

        string addedFile = Path.Combine(_folder, "added_tokens.json");
        using JsonDocument? added = TokenizerFile.ReadOptionalObject(addedFile);
        if (added is null)
        {
            return;
        }

        foreach ((string content, JsonElement value) in TokenizerFile.Entries(addedFile, added.RootElement))
        {
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int id))
            {
                _problems.Add(addedFile, $"the id of \"{content}\" is not an integer in 0..{TokenizerDefinition.LargestId}.");
            }
            else if (!decoderTokens.TryGetValue(content, out AddedToken? known))
            {
                bool isSpecial = specialContents.Contains(content);
                _vocabulary.AddAddedToken(addedFile, new AddedToken(id, content, isSpecial, IsNormalized: !isSpecial));
            }
            else if (known.Id != id)
            {
                _problems.Add(addedFile, $"\"{content}\" has id {id} here and id {known.Id} in {configFile}.");
            }
        }
    }

    private void CheckClass(string configFile, JsonDocument? config)
    {
        if (config is null)
        {
            _problems.Add(configFile, "is missing; without it, or a tokenizer.json, it is unknown how the text is cut into words.");
            return;
        }

        string? tokenizerClass = config.RootElement.TryGetProperty("tokenizer_class", out JsonElement element) ? TokenizerFile.TextOrNull(element) : null;
        if (!_knownClasses.Contains(tokenizerClass))
        {
            _problems.Add(configFile, $"tokenizer_class is {tokenizerClass ?? "missing"}; supported without a tokenizer.json: {string.Join(", ", _knownClasses)}.");
        }

        if (config.RootElement.TryGetProperty("add_prefix_space", out JsonElement prefix) && prefix.ValueKind == JsonValueKind.True)
        {
            _problems.Add(configFile, "add_prefix_space is true, which is not supported and would change ids.");
        }
    }

    private static void ReadSpecialNames(JsonDocument? document, HashSet<string> contents)
    {
        foreach (string key in _specialKeys)
        {
            if (document is null || !document.RootElement.TryGetProperty(key, out JsonElement value))
            {
                continue;
            }

            foreach (JsonElement item in value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value })
            {
                JsonElement content = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("content", out JsonElement inner) ? inner : item;
                if (TokenizerFile.TextOrNull(content) is { } text)
                {
                    contents.Add(text);
                }
            }
        }
    }
}
