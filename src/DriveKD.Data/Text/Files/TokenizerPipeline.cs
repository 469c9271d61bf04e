using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Text.Files;

/// <summary>
/// The one pipeline this project follows: NFC or nothing, the Qwen2 expression, byte-level BPE without drop-out, no tokens put
/// around the text. Anything in a <c>tokenizer.json</c> that would give other ids is a problem that names the key.
/// </summary>
internal sealed class TokenizerPipeline
{
    private readonly string _path;
    private readonly ProblemList _problems;

    public TokenizerPipeline(string path, ProblemList problems) => (_path, _problems) = (path, problems);

    /// <summary>Whether the file asks for NFC.</summary>
    public bool NormalizesText { get; private set; }

    /// <summary>Checks a section other than <c>model</c> and <c>added_tokens</c>. Truncation and padding belong to the caller of a tokenizer.</summary>
    public void CheckSection(string section, JsonElement value)
    {
        switch (section)
        {
            case "normalizer":
                CheckNormalizer(value);
                break;
            case "pre_tokenizer":
                CheckPreTokenizer(value);
                break;
            case "post_processor":
                CheckSteps(section, value, "post-processor that adds no tokens", isOptional: true);
                break;
            case "decoder":
                CheckSteps(section, value, "decoder", isOptional: false);
                break;
        }
    }

    /// <summary>Checks a key of <c>model</c> other than <c>vocab</c> and <c>merges</c>.</summary>
    public void CheckModelKey(string key, JsonElement value)
    {
        bool isHarmless = key switch
        {
            "type" => value.ValueEqualsText("BPE"),
            "dropout" => value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0),
            "continuing_subword_prefix" or "end_of_word_suffix" => value.ValueKind == JsonValueKind.Null || value.ValueEqualsText(""),
            "byte_fallback" or "ignore_merges" => value.ValueKind is JsonValueKind.False or JsonValueKind.Null,
            _ => true, // unk_token and fuse_unk never come into play: every byte has a token
        };
        if (!isHarmless)
        {
            Refuse($"model.{key}", value, key == "type" ? "\"BPE\"" : "its neutral value");
        }
    }

    private void CheckNormalizer(JsonElement value)
    {
        JsonElement[] steps = Steps(value, "normalizers");
        foreach (JsonElement step in steps.Where(step => TypeOf(step) != "NFC"))
        {
            Refuse("normalizer", step, "NFC or nothing");
        }

        NormalizesText = steps.Length > 0;
    }

    private void CheckPreTokenizer(JsonElement value)
    {
        JsonElement[] steps = Steps(value, "pretokenizers");
        if (steps.Length != 2 || TypeOf(steps[0]) != "Split" || TypeOf(steps[1]) != "ByteLevel")
        {
            Refuse("pre_tokenizer", value, "the two steps Split (with the Qwen2 expression) and ByteLevel");
            return;
        }

        bool hasPattern = steps[0].TryGetProperty("pattern", out JsonElement pattern)
            && pattern.ValueKind == JsonValueKind.Object
            && pattern.TryGetProperty("Regex", out JsonElement expression)
            && expression.ValueEqualsText(Qwen2PreTokenizer.Pattern);
        if (!hasPattern)
        {
            Refuse("pre_tokenizer, Split.pattern", pattern, $"the Qwen2 expression {Qwen2PreTokenizer.Pattern}");
        }

        Expect("pre_tokenizer, Split.behavior", steps[0], "behavior", element => element.ValueEqualsText("Isolated"), "\"Isolated\"");
        Expect("pre_tokenizer, Split.invert", steps[0], "invert", element => element.ValueKind == JsonValueKind.False, "false");
        Expect("pre_tokenizer, ByteLevel.add_prefix_space", steps[1], "add_prefix_space", element => element.ValueKind == JsonValueKind.False, "false");
        Expect("pre_tokenizer, ByteLevel.use_regex", steps[1], "use_regex", element => element.ValueKind == JsonValueKind.False, "false");
    }

    private void CheckSteps(string section, JsonElement value, string role, bool isOptional)
    {
        JsonElement[] steps = Steps(value, section == "decoder" ? "decoders" : "processors");
        if (steps.Length == 0 && !isOptional)
        {
            Refuse(section, value, $"the {role} ByteLevel");
        }

        foreach (JsonElement step in steps.Where(step => TypeOf(step) != "ByteLevel"))
        {
            Refuse(section, step, $"the {role} ByteLevel");
        }
    }

    private void Expect(string where, JsonElement step, string key, Predicate<JsonElement> isExpected, string expected)
    {
        if (!step.TryGetProperty(key, out JsonElement value) || !isExpected(value))
        {
            Refuse(where, value, expected);
        }
    }

    private void Refuse(string where, JsonElement found, string expected)
    {
        string raw = found.ValueKind == JsonValueKind.Undefined ? "nothing" : found.GetRawText();
        string shown = raw.Length > 200 ? raw[..200] + "..." : raw;
        _problems.Add(_path, $"{where} is {shown}; only {expected} is supported, because anything else would change ids.");
    }

    // A section is null, one step, or a sequence of steps.
    private static JsonElement[] Steps(JsonElement value, string listKey)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return TypeOf(value) == "Sequence" && value.TryGetProperty(listKey, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [value];
    }

    private static string? TypeOf(JsonElement step) =>
        step.ValueKind == JsonValueKind.Object && step.TryGetProperty("type", out JsonElement type) ? TokenizerFile.TextOrNull(type) : null;
}
