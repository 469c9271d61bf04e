using System.Text.Json.Nodes;
using DriveKD.Data.Text;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>
/// A small tokenizer.json of the Qwen2 kind: the 256 byte tokens, merges that make some words of driving questions or those that were
/// trained on text, and the added tokens of a family in their real order.
/// </summary>
internal static class SmallTokenizer
{
    /// <summary>Qwen2's split: contractions, words with the character before them, single digits, punctuation, white space.</summary>
    private const string SplitPattern =
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private const string Words =
        "the a of to in is and are what ego vehicle car should front back left right object objects moving lane traffic light road ahead "
        + "camera pedestrian it turn driving safe action actions scene will image yes no on with stop slow speed status important";

    private static readonly (string Content, bool IsSpecial)[] _qwenTokens =
    [
        ("<|endoftext|>", true), ("<|im_start|>", true), ("<|im_end|>", true), ("<|object_ref_start|>", true), ("<|object_ref_end|>", true),
        ("<|box_start|>", true), ("<|box_end|>", true), ("<|quad_start|>", true), ("<|quad_end|>", true), ("<|vision_start|>", true),
        ("<|vision_end|>", true), ("<|vision_pad|>", true), ("<|image_pad|>", true), ("<|video_pad|>", true), ("<tool_call>", false),
        ("</tool_call>", false), ("<|fim_prefix|>", false), ("<|fim_middle|>", false), ("<|fim_suffix|>", false), ("<|fim_pad|>", false),
        ("<|repo_name|>", false), ("<|file_sep|>", false),
    ];

    /// <summary>Qwen2's added tokens and a family's, in order; their ids follow those of the vocabulary.</summary>
    /// <param name="ofFamily">What the family adds to Qwen2's.</param>
    public static IReadOnlyList<(string Content, bool IsSpecial)> AddedTokens(IReadOnlyList<string> ofFamily) =>
        [.. _qwenTokens, .. ofFamily.Select(content => (content, true))];

    /// <summary>The tokens that stand for single bytes, in the order of their ids.</summary>
    public static IReadOnlyList<string> Bytes { get; } =
        [.. Enumerable.Range(0, 256).Select(value => ByteLevelAlphabet.ToCharacter((byte)value)).Order().Select(character => character.ToString())];

    /// <summary>The content of tokenizer.json with the words that this program brings.</summary>
    /// <param name="addedTokens">What the family adds to Qwen2's tokens.</param>
    public static JsonObject Create(IReadOnlyList<string> addedTokens)
    {
        List<string> vocabulary = [.. Bytes];
        List<(string Left, string Right)> merges = [];
        foreach (string word in Words.Split(' '))
        {
            // A word's characters join from the left; the space before it is its first.
            string made = ByteLevelAlphabet.ToCharacter((byte)' ').ToString();
            foreach (char letter in word)
            {
                if (!vocabulary.Contains(made + letter))
                {
                    vocabulary.Add(made + letter);
                    merges.Add((made, letter.ToString()));
                }

                made += letter;
            }
        }

        return Create(vocabulary, merges, addedTokens);
    }

    /// <summary>The content of tokenizer.json with the words that were trained.</summary>
    /// <param name="trained">The vocabulary and the merges.</param>
    /// <param name="addedTokens">What the family adds to Qwen2's tokens.</param>
    public static JsonObject Create(TrainedTokenizer trained, IReadOnlyList<string> addedTokens) => Create(trained.Vocabulary, trained.Merges, addedTokens);

    private static JsonObject Create(IReadOnlyList<string> tokens, IReadOnlyList<(string Left, string Right)> pairs, IReadOnlyList<string> addedTokens)
    {
        JsonObject vocabulary = [];
        foreach (string token in tokens)
        {
            vocabulary[token] = vocabulary.Count;
        }

        JsonArray merges = [.. pairs.Select(pair => (JsonNode)$"{pair.Left} {pair.Right}")];
        JsonArray added = [];
        foreach ((string content, bool isSpecial) in AddedTokens(addedTokens))
        {
            added.Add(AddedToken(vocabulary.Count + added.Count, content, isSpecial));
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = added,
            ["normalizer"] = new JsonObject { ["type"] = "NFC" },
            ["pre_tokenizer"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["pretokenizers"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Split",
                        ["pattern"] = new JsonObject { ["Regex"] = SplitPattern },
                        ["behavior"] = "Isolated",
                        ["invert"] = false,
                    },
                    ByteLevel()),
            },
            ["post_processor"] = ByteLevel(),
            ["decoder"] = ByteLevel(),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = string.Empty,
                ["end_of_word_suffix"] = string.Empty,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = vocabulary,
                ["merges"] = merges,
            },
        };
    }

    /// <summary>One member of added_tokens.</summary>
    public static JsonObject AddedToken(int id, string content, bool isSpecial) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = isSpecial,
    };

    private static JsonObject ByteLevel() =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = false, ["use_regex"] = false };
}
