using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text.Files;

/// <summary>What is refused, and how it is said.</summary>
public class TokenizerFilesTests
{
    public static TheoryData<string, string, string> RefusedSections => new()
    {
        { "normalizer", """{"type": "NFKC"}""", "normalizer" },
        { "normalizer", """{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Lowercase"}]}""", "Lowercase" },
        { "pre_tokenizer", "null", "pre_tokenizer" },
        { "pre_tokenizer", """{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}""", "pre_tokenizer" },
        { "pre_tokenizer", """{"type": "Metaspace"}""", "Metaspace" },
        { "post_processor", """{"type": "TemplateProcessing", "single": []}""", "TemplateProcessing" },
        { "decoder", "null", "decoder" },
        { "decoder", """{"type": "WordPiece"}""", "WordPiece" },
        { "added_tokens", "{}", "added_tokens" },
        { "model", "[]", "model" },
    };

    public static TheoryData<string, string, string> RefusedModelKeys => new()
    {
        { "type", "\"Unigram\"", "model.type" },
        { "dropout", "0.1", "model.dropout" },
        { "ignore_merges", "true", "model.ignore_merges" },
        { "byte_fallback", "true", "model.byte_fallback" },
        { "continuing_subword_prefix", "\"##\"", "model.continuing_subword_prefix" },
        { "end_of_word_suffix", "\"</w>\"", "model.end_of_word_suffix" },
        { "merges", "{}", "model.merges" },
        { "merges", "[\"a\"]", "the merge \"a\"" },
        { "merges", "[[\"a\"]]", "model.merges[0]" },
        { "merges", "[[\"a\", \"b c\"]]", "\"a b c\"" },
        { "merges", "[\"q zz\"]", "needs the token \"zz\"" },
        { "merges", "[\"q q\"]", "needs the token \"qq\"" },
        { "vocab", "[]", "model.vocab" },
        { "vocab", "{}", "lacks the tokens of 256 of the 256 bytes" },
    };

    [Theory]
    [MemberData(nameof(RefusedSections))]
    public void Load_SectionThatWouldChangeIds_IsRefusedByName(string section, string value, string named) =>
        AssertRefused(json => json[section] = JsonNode.Parse(value), named);

    [Theory]
    [MemberData(nameof(RefusedModelKeys))]
    public void Load_ModelKeyThatWouldChangeIds_IsRefusedByName(string key, string value, string named) =>
        AssertRefused(json => json["model"]![key] = JsonNode.Parse(value), named);

    [Theory]
    [InlineData("behavior", "\"Removed\"")]
    [InlineData("invert", "true")]
    [InlineData("pattern", "{\"Regex\": \"\\\\p{N}{1,3}\"}")]
    [InlineData("pattern", "{\"String\": \" \"}")]
    public void Load_OtherSplit_IsRefusedByName(string key, string value) =>
        AssertRefused(json => json["pre_tokenizer"]!["pretokenizers"]![0]![key] = JsonNode.Parse(value), $"Split.{key}");

    [Theory]
    [InlineData("add_prefix_space")]
    [InlineData("use_regex")]
    public void Load_OtherByteLevel_IsRefusedByName(string key) =>
        AssertRefused(json => json["pre_tokenizer"]!["pretokenizers"]![1]![key] = true, $"ByteLevel.{key}");

    [Theory]
    [InlineData("id", "-1", "-1")]
    [InlineData("id", "99999999", "99999999")]
    [InlineData("id", "1.5", "\"id\"")]
    [InlineData("id", "449", "449")]
    [InlineData("id", "0", "id 0")]
    [InlineData("content", "\"\"", "empty")]
    [InlineData("content", "7", "content")]
    [InlineData("content", "\"<|im_end|>\"", "<|im_end|>")]
    [InlineData("lstrip", "true", "lstrip")]
    [InlineData("single_word", "true", "single_word")]
    [InlineData("special", "\"yes\"", "special")]
    public void Load_BadAddedToken_IsRefusedByName(string key, string value, string named) =>
        AssertRefused(json => json["added_tokens"]![0]![key] = JsonNode.Parse(value), named);

    [Theory]
    [InlineData("7.5")]
    [InlineData("\"7\"")]
    [InlineData("-7")]
    [InlineData("16777216")]
    [InlineData("1e30")]
    public void Load_BadVocabularyId_IsRefused(string id) => AssertRefused(json => json["model"]!["vocab"]!["the"] = JsonNode.Parse(id), "\"the\"");

    [Fact]
    public void Load_SeveralFaults_ReportsAllAtOnce()
    {
        InputException exception = AssertRefused(
            json =>
            {
                json["normalizer"] = JsonNode.Parse("""{"type": "Lowercase"}""");
                json["model"]!["dropout"] = 0.5;
                json["added_tokens"]![3]!["rstrip"] = true;
                json["model"]!["merges"]!.AsArray().Add("q q");
            },
            "rstrip");

        Assert.Equal(4, exception.Problems.Count);
    }

    [Fact]
    public void Load_VocabularyFaults_ReportsAllAtOnce()
    {
        InputException exception = AssertRefused(
            json =>
            {
                json["model"]!["vocab"]!["foo"] = 5;
                json["model"]!["merges"]!.AsArray().Add("f foo");
                json["model"]!["merges"]!.AsArray().Add(json["model"]!["merges"]![0]!.DeepClone());
            },
            "twice");

        Assert.Equal(3, exception.Problems.Count);
    }

    [Fact]
    public void Load_ManyFaults_CountsWhatItDoesNotList()
    {
        InputException exception = AssertRefused(
            json => json["model"]!["merges"] = new JsonArray([.. Enumerable.Range(0, 1100).Select(i => JsonValue.Create($"x{i} y"))]), "and 100 more");

        Assert.Equal(1001, exception.Problems.Count);
    }

    [Theory]
    [InlineData("normalizer", "null")]
    [InlineData("normalizer", """{"type": "Sequence", "normalizers": []}""")]
    public void Load_NoNormalizer_LeavesTextAsItIs(string section, string value)
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.WriteChanged(folder, json => json[section] = JsonNode.Parse(value));

        BpeTokenizer tokenizer = BpeTokenizer.Load(folder.Path);

        Assert.Equal("e\u0301", tokenizer.Decode(tokenizer.Encode("e\u0301")));
        Assert.NotEqual(TinyTokenizer.Load().Fingerprint, tokenizer.Fingerprint);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("pre_tokenizer")]
    [InlineData("decoder")]
    public void Load_MissingSection_IsNamed(string section) => AssertRefused(json => json.Remove(section), $"\"{section}\"");

    [Theory]
    [InlineData("vocab")]
    [InlineData("merges")]
    public void Load_MissingModelKey_IsNamed(string key) => AssertRefused(json => json["model"]!.AsObject().Remove(key), $"model.{key}");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"model\": {\"vocab\": {\"a\": 1,")]
    [InlineData("{\"model\": {\"vocab\": {\"\\ud800\": 1}}}")]
    [InlineData("{} {}")]
    [InlineData("\0\0\0\0")]
    public void Load_BrokenJson_NamesTheFile(string content)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["tokenizer.json"], content);

        InputException exception = Assert.Throws<InputException>(() => BpeTokenizer.Load(folder.Path));

        Assert.Contains(folder["tokenizer.json"], exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TruncatedAnywhere_IsAlwaysAnInputException()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(TinyTokenizer.Folder, "tokenizer.json"));
        using TemporaryFolder folder = new();
        for (int length = 0; length < whole.Length - 2; length += 997)
        {
            File.WriteAllBytes(folder["tokenizer.json"], whole[..length]);
            Assert.Throws<InputException>(() => BpeTokenizer.Load(folder.Path));
        }
    }

    [Fact]
    public void Load_SectionTwice_IsRefused()
    {
        using TemporaryFolder folder = new();
        string text = File.ReadAllText(Path.Combine(TinyTokenizer.Folder, "tokenizer.json"));
        File.WriteAllText(folder["tokenizer.json"], text.TrimEnd()[..^1] + ", \"normalizer\": null}");

        InputException exception = Assert.Throws<InputException>(() => BpeTokenizer.Load(folder.Path));

        Assert.Contains("\"normalizer\" stands twice", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MissingFolder_SaysSo()
    {
        using TemporaryFolder folder = new();

        InputException exception = Assert.Throws<InputException>(() => BpeTokenizer.Load(folder["nowhere"]));

        Assert.Contains("is not a folder", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyFolder_NamesBothLayouts()
    {
        using TemporaryFolder folder = new();

        InputException exception = Assert.Throws<InputException>(() => BpeTokenizer.Load(folder.Path));

        Assert.Contains("tokenizer.json", exception.Message, StringComparison.Ordinal);
        Assert.Contains("vocab.json and merges.txt", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"tokenizer_class": "LlamaTokenizer"}""", "LlamaTokenizer")]
    [InlineData("""{}""", "tokenizer_class is missing")]
    [InlineData("""{"tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": true}""", "add_prefix_space")]
    [InlineData("""{"tokenizer_class": "Qwen2Tokenizer", "added_tokens_decoder": {"x": {"content": "<x>"}}}""", "added_tokens_decoder[\"x\"]")]
    [InlineData("""{"tokenizer_class": "Qwen2Tokenizer", "added_tokens_decoder": {"500": {"content": "<img>"}}}""", "<img>")]
    [InlineData("""[]""", "an object was expected")]
    [InlineData("""{""", "not valid JSON")]
    public void Load_OlderLayoutWithBadConfig_IsRefused(string config, string named)
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.Copy(folder, "vocab.json", "merges.txt", "added_tokens.json");
        File.WriteAllText(folder["tokenizer_config.json"], config);

        InputException exception = Assert.Throws<InputException>(() => BpeTokenizer.Load(folder.Path));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OlderLayoutWithBadMerges_NamesTheLine()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.Copy(folder, "vocab.json", "added_tokens.json", "tokenizer_config.json");
        File.WriteAllText(folder["merges.txt"], "#version: 0.2\r\nt h e\r\n\r\n");

        InputException exception = Assert.Throws<InputException>(() => BpeTokenizer.Load(folder.Path));

        Assert.Contains("merges.txt, line 2", exception.Message, StringComparison.Ordinal);
    }

    private static InputException AssertRefused(Action<JsonObject> change, string named)
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.WriteChanged(folder, change);

        InputException exception = Assert.Throws<InputException>(() => BpeTokenizer.Load(folder.Path));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.All(exception.Problems, problem => Assert.Contains("tokenizer.json", problem.Where, StringComparison.Ordinal));
        return exception;
    }
}
