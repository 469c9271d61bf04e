using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text.Verification;

public class TextGoldensTests
{
    [Fact]
    public void Run_GoldenText_EveryCasePasses()
    {
        string folder = TestPaths.RequireShared("golden", "text");

        GoldenCheck[] checks = [.. TextGoldens.Run(folder)];

        Assert.Empty(checks.Where(check => !check.Passed).Select(check => $"{check.Case}, {check.Stage}: {check.Detail}"));
        Assert.Equal(39, checks.Count(check => check.Case.StartsWith("encode/", StringComparison.Ordinal) && check.Stage == "ids"));
        Assert.Equal(127, checks.Count(check => check.Case.StartsWith("chat/", StringComparison.Ordinal) && check.Stage == "ids"));
        Assert.Equal(256, Assert.Single(checks, check => check.Case == "byte tokens").Compared);
        Assert.All(checks, check => Assert.Equal((0.0, 0.0), (check.WorstAbsolute, check.Tolerance)));

        // Every id of every entry was looked at.
        using JsonDocument ids = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "qwen2.5-ids.json")));
        JsonElement encode = ids.RootElement.GetProperty("encode");
        Assert.Equal((429, 89), (encode.GetArrayLength(), ids.RootElement.GetProperty("decode").GetArrayLength()));
        long expected = encode.EnumerateArray().Sum(item => Math.Max(1, item.GetProperty("ids").GetArrayLength()));
        Assert.Equal(
            expected,
            checks.Where(check => check.Case.StartsWith("encode/", StringComparison.Ordinal) && check.Stage == "ids").Sum(check => check.Compared));
    }

    [Theory]
    [InlineData("student")]
    [InlineData("teacher-6b-hf")]
    public void RunTable_GoldenInternVL_EveryTextPasses(string checkpoint)
    {
        string folder = TestPaths.RequireShared("golden", "internvl");
        string table = Path.Combine(folder, "goldens", "tables", "tokenizer.json");
        BpeTokenizer tokenizer = BpeTokenizer.Load(Path.Combine(folder, checkpoint));

        GoldenCheck[] checks = [.. TextGoldens.RunTable(table, tokenizer)];

        Assert.All(checks, check => Assert.True(check.Passed, check.Detail));
        Assert.Equal(2 * 52, Assert.Single(checks, check => check.Stage == "decoded").Compared);
    }

    [Fact]
    public void Run_OwnTokenizerInTheFolder_IsUsed()
    {
        using TemporaryFolder folder = new();
        WriteGoldens(folder);

        GoldenCheck[] checks = [.. TextGoldens.Run(folder.Path)];

        Assert.Empty(checks.Where(check => !check.Passed).Select(check => check.Detail));
        Assert.Equal(["encode/basic", "decode", "chat/internvl_hf/one"], checks.Select(check => check.Case).Distinct());
    }

    [Fact]
    public void Run_TokenizerAboveTheFolder_IsFoundByName()
    {
        using TemporaryFolder root = new();
        using TemporaryFolder source = new();
        WriteGoldens(source);
        Directory.CreateDirectory(root["golden", "mine"]);
        Directory.CreateDirectory(root["data", "tokenizers", "tiny"]);
        File.Move(source["tiny-ids.json"], root["golden", "mine", "tiny-ids.json"]);
        File.Move(source["tokenizer.json"], root["data", "tokenizers", "tiny", "tokenizer.json"]);

        Assert.All(TextGoldens.Run(root["golden", "mine"]), check => Assert.True(check.Passed, check.Detail));
    }

    [Fact]
    public void FindTokenizer_AboveTheWorkingFolder_IsFoundLast()
    {
        using TemporaryFolder goldens = new();
        using TemporaryFolder work = new();
        Directory.CreateDirectory(work["shared", "data", "tokenizers", "tiny"]);

        Assert.Equal(work["shared", "data", "tokenizers", "tiny"], TextGoldens.FindTokenizer(goldens.Path, "tiny", work["repository"]));
        Assert.Throws<InputException>(() => TextGoldens.FindTokenizer(goldens.Path, "other", work["repository"]));
    }

    [Fact]
    public void Run_TokenizerNowhere_SaysWhereItWasLookedFor()
    {
        using TemporaryFolder folder = new();
        WriteGoldens(folder);
        File.Delete(folder["tokenizer.json"]);

        InputException exception = Assert.Throws<InputException>(() => TextGoldens.Run(folder.Path).ToList());

        Assert.Contains("data/tokenizers/tiny", exception.Message, StringComparison.Ordinal);
        Assert.All(TextGoldens.Run(folder.Path, TinyTokenizer.Folder), check => Assert.True(check.Passed, check.Detail));
    }

    [Theory]
    [InlineData("encode", "ids", "[64, 65]", "encode/basic", "ids")]
    [InlineData("encode", "pieces", "[\"a\", \"b\"]", "encode/basic", "pieces")]
    [InlineData("encode", "decoded", "\"abc\"", "encode/basic", "decoded")]
    [InlineData("encode", "stream", "[null, \"b\", \"<|im_end|>\"]", "encode/basic", "stream")]
    [InlineData("encode", "ids_special_as_plain_text", "[1]", "encode/basic", "ids plain")]
    [InlineData("encode", "decoded_differs_from_text", "true", "encode/basic", "decoded")]
    [InlineData("decode", "decoded", "\"b\"", "decode", "decoded")]
    [InlineData("decode", "decoded_skip_special", "\"b\"", "decode", "decoded")]
    public void Run_OneGoldenChanged_FailsThatStageAndDescribesIt(string section, string key, string value, string caseName, string stage)
    {
        using TemporaryFolder folder = new();
        WriteGoldens(folder);
        JsonNode ids = JsonNode.Parse(File.ReadAllText(folder["tiny-ids.json"]))!;
        ids[section]![0]![key] = JsonNode.Parse(value);
        File.WriteAllText(folder["tiny-ids.json"], ids.ToJsonString());

        GoldenCheck[] failed = [.. TextGoldens.Run(folder.Path).Where(check => !check.Passed)];

        Assert.Contains(failed, check => check.Case == caseName && check.Stage == stage && check.WorstAbsolute > 0 && check.Detail is not null);
    }

    [Theory]
    [InlineData("prompt", "\"x\"", "prompt")]
    [InlineData("ids", "[1, [2, 3]]", "ids")]
    [InlineData("num_ids", "3", "ids")]
    [InlineData("tiles_per_image", "[]", "prompt")]
    public void Run_OneChatGoldenChanged_FailsThatStage(string key, string value, string stage)
    {
        using TemporaryFolder folder = new();
        WriteGoldens(folder);
        JsonNode chat = JsonNode.Parse(File.ReadAllText(folder["chat.json"]))!;
        chat["internvl_hf"]![0]![key] = JsonNode.Parse(value);
        File.WriteAllText(folder["chat.json"], chat.ToJsonString());

        GoldenCheck failed = Assert.Single(TextGoldens.Run(folder.Path), check => !check.Passed);

        Assert.Equal(("chat/internvl_hf/one", stage), (failed.Case, failed.Stage));
    }

    [Fact]
    public void Run_UnknownChatSection_IsAFailedRow()
    {
        using TemporaryFolder folder = new();
        WriteGoldens(folder);
        JsonNode chat = JsonNode.Parse(File.ReadAllText(folder["chat.json"]))!;
        chat["vicuna"] = new JsonArray(new JsonObject { ["name"] = "x" });
        File.WriteAllText(folder["chat.json"], chat.ToJsonString());

        GoldenCheck failed = Assert.Single(TextGoldens.Run(folder.Path), check => !check.Passed);

        Assert.Contains("vicuna", failed.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny-ids.json", "{")]
    [InlineData("tiny-ids.json", "[]")]
    [InlineData("tiny-ids.json", """{"encode": [{"category": 3}], "decode": []}""")]
    [InlineData("tiny-ids.json", """{"encode": []}""")]
    [InlineData("tiny-byte-token-ids.json", """{"0": 1}""")]
    [InlineData("chat.json", "[]")]
    [InlineData("chat.json", """{"internvl_hf": 3}""")]
    public void Run_BrokenGoldenFile_NamesIt(string file, string content)
    {
        using TemporaryFolder folder = new();
        WriteGoldens(folder);
        File.WriteAllText(folder[file], content);

        InputException exception = Assert.Throws<InputException>(() => TextGoldens.Run(folder.Path).ToList());

        Assert.Contains(file, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsTextFolder_OtherFolders_AreNot()
    {
        using TemporaryFolder folder = new();

        Assert.False(TextGoldens.IsTextFolder(folder.Path));
        Assert.False(TextGoldens.IsTextFolder(folder["nowhere"]));
        Assert.Throws<InputException>(() => TextGoldens.Run(folder.Path).ToList());
        File.WriteAllText(folder["chat.json"], "{}");
        Assert.True(TextGoldens.IsTextFolder(folder.Path));
    }

    // A small set of goldens in the form of the reference data, true for the tiny tokenizer.
    private static void WriteGoldens(TemporaryFolder folder)
    {
        File.Copy(Path.Combine(TinyTokenizer.Folder, "tokenizer.json"), folder["tokenizer.json"]);
        File.WriteAllText(
            folder["tiny-ids.json"],
            """
            {
              "encode": [{
                "index": 0, "category": "basic", "text": "a1<|im_end|>", "ids": [64, 16, 450], "decoded": "a1<|im_end|>", "decoded_skip_special": "a1",
                "ids_special_as_plain_text": null,
                "stream": ["a", "1", "<|im_end|>"], "stream_skip_special": ["a", "1", null]
              }],
              "decode": [{"ids": [64, 450, 164], "decoded": "a<|im_end|>\ufffd", "decoded_skip_special": "a\ufffd", "stream": ["a", "<|im_end|>", null],
                "stream_skip_special": ["a", null, null]}]
            }
            """);
        BpeTokenizer tokenizer = TinyTokenizer.Load();
        JsonNode ids = JsonNode.Parse(File.ReadAllText(folder["tiny-ids.json"]))!;
        ids["encode"]![0]!["ids_special_as_plain_text"] = JsonSerializer.SerializeToNode(tokenizer.Encode("a1<|im_end|>", matchSpecialTokens: false));
        File.WriteAllText(folder["tiny-ids.json"], ids.ToJsonString());
        int[] chatIds = tokenizer.Encode("<|im_start|>user\n<img><IMG_CONTEXT><IMG_CONTEXT></img>\nQ<|im_end|>\n");
        JsonObject chat = new()
        {
            ["about"] = new JsonObject(),
            ["internvl_hf"] = new JsonArray(new JsonObject
            {
                ["name"] = "one",
                ["messages"] = JsonNode.Parse("""[{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Q"}]}]"""),
                ["add_generation_prompt"] = false,
                ["tiles_per_image"] = new JsonArray(2),
                ["image_tokens_per_tile"] = 1,
                ["prompt"] = "<|im_start|>user\n<IMG_CONTEXT>\nQ<|im_end|>\n",
                ["num_ids"] = chatIds.Length,
                ["ids"] = JsonSerializer.SerializeToNode(chatIds),
            }),
        };
        File.WriteAllText(folder["chat.json"], chat.ToJsonString());
    }
}
