using System.Text;
using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>The tokenizer files of a model folder, made from a tokenizer.json.</summary>
internal sealed class TokenizerFiles
{
    private const string MainFile = "tokenizer.json";
    private const string ConfigFile = "tokenizer_config.json";

    private readonly JsonObject _tokenizer;
    private readonly JsonObject? _sourceConfig;
    private readonly IFolderCreation _creation;
    private readonly List<(int Id, string Content, bool IsSpecial)> _added = [];

    private TokenizerFiles(JsonObject tokenizer, JsonObject? sourceConfig, IEnumerable<AddedToken> alsoAdded, IFolderCreation creation)
    {
        _tokenizer = tokenizer;
        (_sourceConfig, _creation) = (sourceConfig, creation);
        JsonArray list = tokenizer["added_tokens"] as JsonArray ?? [];
        tokenizer["added_tokens"] = list;
        foreach (JsonNode? token in list)
        {
            _added.Add(((int)token!["id"]!, (string)token["content"]!, (bool?)token["special"] ?? false));
        }

        void Append(int id, string content, bool isSpecial)
        {
            list.Add((JsonNode)SmallTokenizer.AddedToken(id, content, isSpecial));
            _added.Add((id, content, isSpecial));
        }

        // tokenizer_config.json may add tokens too.
        foreach (AddedToken token in alsoAdded.Where(token => _added.All(known => known.Content != token.Content)))
        {
            Append(token.Id, token.Content, token.IsSpecial);
        }

        int next = Math.Max(Vocabulary.Max(pair => (int)pair.Value!), _added.Max(token => token.Id)) + 1;
        foreach (string content in creation.AddedTokens.Where(content => _added.All(token => token.Content != content)))
        {
            Append(next++, content, isSpecial: true);
        }

        Size = next;
    }

    /// <summary>Ids in use: one more than the highest.</summary>
    public int Size { get; }

    private JsonObject Vocabulary => _tokenizer["model"]!["vocab"]!.AsObject();

    /// <summary>A small tokenizer of this program's own.</summary>
    public static TokenizerFiles Small(IFolderCreation creation) => new(SmallTokenizer.Create(creation.AddedTokens), null, [], creation);

    /// <summary>A tokenizer that was trained on text.</summary>
    public static TokenizerFiles Trained(TrainedTokenizer trained, IFolderCreation creation) =>
        new(SmallTokenizer.Create(trained, creation.AddedTokens), null, [], creation);

    /// <summary>A Qwen2 or InternVL tokenizer; the tokens that the family adds are appended where they are missing.</summary>
    /// <param name="folder">A folder with tokenizer.json.</param>
    /// <param name="creation">The family's.</param>
    /// <exception cref="InputException">The files are missing or faulty, or are not of a Qwen2 tokenizer.</exception>
    public static TokenizerFiles Read(string folder, IFolderCreation creation)
    {
        string path = Path.Combine(folder, MainFile);
        if (!File.Exists(path))
        {
            throw new InputException(path, "does not exist; --tokenizer takes a folder with the tokenizer.json of a Qwen2.5 or InternVL3 model.");
        }

        // Reports whatever is wrong with the files; what passes has the members used here.
        BpeTokenizer tokenizer = BpeTokenizer.Load(folder);
        Problem[] missing = [.. new[] { Data.Text.ChatTokens.EndOfText, Data.Text.ChatTokens.TurnStart, Data.Text.ChatTokens.TurnEnd }
            .Where(token => tokenizer.AddedTokens.All(added => added.Content != token))
            .Select(token => new Problem(path, $"has no added token {token}; the tokenizer of a Qwen2.5 or InternVL3 model is expected."))];
        if (missing.Length > 0)
        {
            throw new InputException(missing);
        }

        string config = Path.Combine(folder, ConfigFile);
        return new TokenizerFiles(JsonFiles.ReadObject(path), File.Exists(config) ? JsonFiles.ReadObject(config) : null, tokenizer.AddedTokens, creation);
    }

    /// <summary>Whether it is an added token.</summary>
    public bool Has(string content) => _added.Any(token => token.Content == content);

    /// <summary>The id of an added token.</summary>
    public int IdOf(string content) => _added.First(token => token.Content == content).Id;

    /// <summary>Writes all files.</summary>
    public void Write(string folder, string layout)
    {
        AtomicFile.WriteText(Path.Combine(folder, MainFile), JsonFiles.Text(_tokenizer));
        AtomicFile.WriteText(Path.Combine(folder, "vocab.json"), JsonFiles.Text(Vocabulary, isIndented: false));
        AtomicFile.WriteText(Path.Combine(folder, "merges.txt"), Merges());
        JsonObject added = [];
        foreach ((int id, string content, _) in _added.OrderBy(token => token.Content, StringComparer.Ordinal))
        {
            added[content] = id;
        }

        AtomicFile.WriteText(Path.Combine(folder, "added_tokens.json"), JsonFiles.Text(added));
        AtomicFile.WriteText(Path.Combine(folder, "special_tokens_map.json"), JsonFiles.Text(SpecialTokensMap()));
        AtomicFile.WriteText(Path.Combine(folder, ConfigFile), JsonFiles.Text(TokenizerConfig(layout)));
    }

    private string Merges()
    {
        StringBuilder text = new("#version: 0.2\n");
        foreach (JsonNode? merge in _tokenizer["model"]!["merges"]!.AsArray())
        {
            // Newer files write a pair as a list of two.
            text.Append(merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : (string)merge!).Append('\n');
        }

        return text.ToString();
    }

    private JsonArray SpecialTokens() =>
        [.. _added.Where(token => token.IsSpecial && token.Content != Data.Text.ChatTokens.EndOfText).Select(token => (JsonNode)token.Content)];

    private JsonObject SpecialTokensMap()
    {
        JsonObject map = new() { ["additional_special_tokens"] = SpecialTokens() };
        foreach ((string role, string content) in ((string, string)[])[("eos_token", Data.Text.ChatTokens.TurnEnd), ("pad_token", Data.Text.ChatTokens.EndOfText)])
        {
            map[role] = new JsonObject { ["content"] = content, ["lstrip"] = false, ["normalized"] = false, ["rstrip"] = false, ["single_word"] = false };
        }

        return map;
    }

    private JsonObject TokenizerConfig(string layout)
    {
        JsonObject decoder = [];
        foreach ((int id, string content, bool isSpecial) in _added.OrderBy(token => token.Id))
        {
            JsonObject token = SmallTokenizer.AddedToken(id, content, isSpecial);
            token.Remove("id");
            decoder[id.ToString(System.Globalization.CultureInfo.InvariantCulture)] = token;
        }

        JsonObject config = new()
        {
            ["add_bos_token"] = false,
            ["add_eos_token"] = false,
            ["add_prefix_space"] = false,
            ["added_tokens_decoder"] = decoder,
            ["additional_special_tokens"] = SpecialTokens(),
            ["bos_token"] = null,
            ["chat_template"] = null,
            ["clean_up_tokenization_spaces"] = false,
            ["eos_token"] = Data.Text.ChatTokens.TurnEnd,
            ["errors"] = "replace",
            ["extra_special_tokens"] = new JsonObject(),
            ["model_max_length"] = null,
            ["pad_token"] = Data.Text.ChatTokens.EndOfText,
            ["split_special_tokens"] = false,
            ["tokenizer_class"] = "Qwen2Tokenizer",
            ["unk_token"] = null,
        };
        _creation.Complete(config, _sourceConfig, layout);
        return config;
    }
}
