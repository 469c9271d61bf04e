using System.Security.Cryptography;
using System.Text;
using DriveKD.Data.Errors;
using DriveKD.Data.Text.Files;
using DriveKD.Data.Text.Unicode;
using Microsoft.ML.Tokenizers;

namespace DriveKD.Data.Text;

/// <summary>
/// The byte-level BPE tokenizer of a checkpoint folder, equal to the reference (Hugging Face tokenizers) id for id. Added tokens are
/// cut out of the raw text first; each stretch between them is brought to NFC, cut by the Qwen2 expression and merged. Thread-safe.
/// </summary>
public sealed class BpeTokenizer
{
    private readonly TokenizerDefinition _definition;
    private readonly string?[] _tokenOfId;
    private readonly Dictionary<int, AddedToken> _addedOfId;
    private readonly Dictionary<string, int> _idOfAdded;
    private readonly AddedTokenMatcher _rawMatcher;
    private readonly AddedTokenMatcher? _normalizedMatcher;
    private readonly Qwen2PreTokenizer _preTokenizer = new();
    private readonly Lazy<Microsoft.ML.Tokenizers.BpeTokenizer> _merger;
    private readonly Lazy<string> _fingerprint;

    private BpeTokenizer(TokenizerDefinition definition, Lazy<Microsoft.ML.Tokenizers.BpeTokenizer>? merger = null)
    {
        _definition = definition;
        _addedOfId = definition.AddedTokens.ToDictionary(token => token.Id);
        _idOfAdded = definition.AddedTokens.ToDictionary(token => token.Content, token => token.Id);
        VocabularySize = 1 + Math.Max(definition.Vocabulary.Values.Max(), _addedOfId.Keys.DefaultIfEmpty(-1).Max());
        _tokenOfId = new string?[VocabularySize];
        foreach ((string token, int id) in definition.Vocabulary)
        {
            _tokenOfId[id] = token;
        }

        foreach (AddedToken token in definition.AddedTokens)
        {
            _tokenOfId[token.Id] = token.Content;
        }

        _rawMatcher = new AddedTokenMatcher([.. definition.AddedTokens.Where(token => !token.IsNormalized)]);
        AddedToken[] normalized =
            [.. definition.AddedTokens.Where(token => token.IsNormalized).Select(token => token with { Content = Normalize(token.Content) })];
        _normalizedMatcher = normalized.Length == 0 ? null : new AddedTokenMatcher(normalized);

        // Building the merge tables is most of the cost of loading; what only looks up ids or decodes does without them.
        _merger = merger ?? new Lazy<Microsoft.ML.Tokenizers.BpeTokenizer>(CreateMerger);
        _fingerprint = new Lazy<string>(ComputeFingerprint);
    }

    /// <summary>The highest id + 1: the least number of rows an embedding table needs.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokens that are cut out of text whole, ordered by id.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => _definition.AddedTokens;

    /// <summary>The folder the tokenizer was read from.</summary>
    public string Folder => _definition.Folder;

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, over everything that decides about ids: vocabulary, merges, added tokens, normalisation.
    /// Two tokenizers with one fingerprint give the same ids, whatever their files look like.
    /// </summary>
    public string Fingerprint => _fingerprint.Value;

    /// <summary>
    /// Reads the tokenizer of a checkpoint folder: <c>tokenizer.json</c>, or where there is none <c>vocab.json</c> and
    /// <c>merges.txt</c> with the added tokens of <c>tokenizer_config.json</c> and <c>added_tokens.json</c>.
    /// </summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <exception cref="InputException">The files are missing, broken, contradictory, or ask for something that would give other ids.</exception>
    public static BpeTokenizer Load(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException(folder, "is not a folder; a checkpoint folder with a tokenizer.json was expected.");
        }

        string tokenizerFile = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(tokenizerFile))
        {
            return new BpeTokenizer(TokenizerJsonReader.Read(folder, tokenizerFile));
        }

        string[] missing = [.. new[] { "vocab.json", "merges.txt" }.Where(name => !File.Exists(Path.Combine(folder, name)))];
        return missing.Length == 0
            ? new BpeTokenizer(VocabularyFilesReader.Read(folder))
            : throw new InputException(folder, $"holds no tokenizer.json, and {string.Join(" and ", missing)} of the older layout is missing too.");
    }

    /// <summary>This tokenizer with further special tokens, which get the next free ids in order; tokens it knows already are left alone.</summary>
    /// <param name="contents">The tokens' texts, none empty.</param>
    public BpeTokenizer WithSpecialTokens(IReadOnlyList<string> contents)
    {
        List<AddedToken> added = [.. _definition.AddedTokens];
        int next = VocabularySize;
        foreach (string content in contents.Distinct())
        {
            ArgumentException.ThrowIfNullOrEmpty(content, nameof(contents));
            if (FindId(content) is null)
            {
                added.Add(new AddedToken(next++, content, IsSpecial: true));
            }
        }

        return new BpeTokenizer(_definition with { AddedTokens = added }, _merger);
    }

    /// <summary>Text to ids. No token is put around the text.</summary>
    /// <param name="text">Well-formed UTF-16.</param>
    /// <param name="matchSpecialTokens">Whether special tokens written in the text become their ids; where not, they are encoded as plain text.</param>
    /// <exception cref="InputException">The text holds half a surrogate pair, which stands for no character.</exception>
    /// <remarks>Takes time linear in the text but quadratic in its longest word, white space and symbols in a row being words too.</remarks>
    public int[] Encode(string text, bool matchSpecialTokens = true)
    {
        RequireWellFormed(text);
        List<int> ids = [];
        foreach ((int start, int length, AddedToken? token) in _rawMatcher.Split(text, matchSpecialTokens))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodeStretch(Normalize(text.Substring(start, length)), matchSpecialTokens, ids);
            }
        }

        return [.. ids];
    }

    /// <summary>Ids to text. Bytes that are no valid UTF-8 become U+FFFD, one for each maximal invalid part.</summary>
    /// <param name="ids">Ids of at least 0; those the tokenizer does not know stand for nothing, as in the reference.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false)
    {
        List<byte> bytes = new(ids.Count * 4);
        foreach (int id in ids)
        {
            bytes.AddRange(BytesOf(id, skipSpecialTokens));
        }

        return Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
    }

    /// <summary>A decoder for a stream of generated ids.</summary>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public IncrementalDecoder CreateDecoder(bool skipSpecialTokens = false) => new(this, skipSpecialTokens);

    /// <summary>The id of one token, or null where there is none.</summary>
    /// <param name="token">An added token as it is written, or a vocabulary entry in the byte-level alphabet.</param>
    public int? FindId(string token) =>
        _idOfAdded.TryGetValue(token, out int added) ? added : _definition.Vocabulary.TryGetValue(token, out int id) ? id : null;

    /// <summary>The id of one token that must be there.</summary>
    /// <param name="token">As for <see cref="FindId"/>.</param>
    /// <exception cref="InputException">The tokenizer does not know it.</exception>
    public int RequireId(string token) =>
        FindId(token) ?? throw new InputException(Folder, $"the tokenizer has no token \"{token}\". Is this the tokenizer of the right model family?");

    /// <summary>The bytes an id stands for; none for unknown ids and for special tokens that are skipped.</summary>
    internal byte[] BytesOf(int id, bool skipSpecialTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        bool isLeftOut = id >= VocabularySize
            || _tokenOfId[id] is null
            || (skipSpecialTokens && _addedOfId.TryGetValue(id, out AddedToken? added) && added.IsSpecial);
        return isLeftOut ? [] : ByteLevelAlphabet.ToBytes(_tokenOfId[id]!);
    }

    /// <summary>The pieces a text without added tokens is cut into before merging.</summary>
    internal IReadOnlyList<string> CutIntoPieces(string text)
    {
        string normalized = Normalize(text);
        return [.. _preTokenizer.PreTokenize(normalized).Select(piece => normalized.Substring(piece.Offset, piece.Length))];
    }

    private static void RequireWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            bool isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            i += isPair ? 1 : throw new InputException(
                "text to encode", $"half a surrogate pair (U+{(int)text[i]:X4}) stands at position {i}; it is no character and cannot be encoded.");
        }
    }

    private string Normalize(string text) => _definition.NormalizesText ? Nfc.Normalize(text) : text;

    private void EncodeStretch(string normalized, bool matchSpecialTokens, List<int> ids)
    {
        if (_normalizedMatcher is null)
        {
            ids.AddRange(_merger.Value.EncodeToIds(normalized));
            return;
        }

        foreach ((int start, int length, AddedToken? token) in _normalizedMatcher.Split(normalized, matchSpecialTokens))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                ids.AddRange(_merger.Value.EncodeToIds(normalized.AsSpan(start, length)));
            }
        }
    }

    private Microsoft.ML.Tokenizers.BpeTokenizer CreateMerger() => Microsoft.ML.Tokenizers.BpeTokenizer.Create(
        new BpeOptions(_definition.Vocabulary) { Merges = _definition.Merges, ByteLevel = true, PreTokenizer = _preTokenizer });

    private string ComputeFingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Append(string line) => hash.AppendData(Encoding.UTF8.GetBytes($"{line.Length}:{line}\n"));

        Append($"normalizes={_definition.NormalizesText}");
        Append($"tokens={_definition.Vocabulary.Count}");
        foreach ((string token, int id) in _definition.Vocabulary.OrderBy(entry => entry.Value))
        {
            Append($"{id} {token}");
        }

        Append($"merges={_definition.Merges.Count}");
        foreach (string merge in _definition.Merges)
        {
            Append(merge);
        }

        Append($"added={_definition.AddedTokens.Count}");
        foreach (AddedToken token in _definition.AddedTokens)
        {
            Append($"{token.Id} special={token.IsSpecial} normalized={token.IsNormalized} {token.Content}");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
