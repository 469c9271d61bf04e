using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Data.Imaging;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

/// <summary>Qwen2.5-VL by the commands: what works for InternVL works for it, and what cannot work says why.</summary>
public sealed class SecondFamilyTests(SecondFamilyTests.Files files) : IClassFixture<SecondFamilyTests.Files>, IDisposable
{
    private readonly TestTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Inspect_NewFolder_IsSoundAndNamesTheFamilysHabits()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("inspect", files.Model));

        Assert.Contains("qwen-tiny shape, qwen2_5_vl (released tensor names), 1 file", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("50 as a picture of 1600 x 900; up to 64", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("can be loaded", _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hub", "released tensor names")]
    [InlineData("transformers", "transformers tensor names, newer form")]
    public void Create_EveryLayout_GivesTheSameAnswers(string layout, string naming)
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("model", "create", "qwen-tiny", files[layout], "--layout", layout, "--seed", "3"));
        using TestTerminal inspection = new();
        Assert.Equal(ExitCode.Done, inspection.Run("inspect", files[layout]));
        Assert.Contains(naming, inspection.Output, StringComparison.Ordinal);
        Assert.Equal(Answer("hub-of-" + layout, "hub"), Answer(files[layout], null));

        string Answer(string folder, string? created)
        {
            using TestTerminal terminal = new();
            if (created is not null)
            {
                folder = files[folder];
                Assert.Equal(ExitCode.Done, terminal.Run("model", "create", "qwen-tiny", folder, "--layout", created, "--seed", "3"));
            }

            using TestTerminal asking = new();
            Assert.Equal(ExitCode.Done, asking.Run("ask", folder, "What is ahead?", "--image", files.Wide, "--max-new-tokens", "12"));
            return asking.Output;
        }
    }

    [Fact]
    public void Create_LayoutOfTheOtherFamily_IsRefused()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("model", "create", "qwen-tiny", files["none"], "--layout", "opengvlab"));
        Assert.Contains("--layout: is 'opengvlab'; Qwen2.5-VL folders have hub or transformers.", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(files["none"]));
    }

    [Fact]
    public void Ask_PicturesOfSeveralSizes_CountsTheirTokens()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run(
            "ask", files.Model, "What is ahead?", "--image", files.Wide, "--image", files.Tall, "--max-new-tokens", "4", "--json", "--attention", files["map.png"]));

        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement[] images = [.. document.RootElement.GetProperty("images").EnumerateArray()];

        // 320 x 96 becomes 308 x 84, 60 x 200 becomes 56 x 196: a token for every 28 x 28 pixels.
        Assert.Equal([11 * 3, 2 * 7], images.Select(image => image.GetProperty("tokens").GetInt32()));
        Assert.All(images, image => Assert.Equal(1, image.GetProperty("tileColumns").GetInt32()));
        Assert.True(new FileInfo(files["map.png"]).Length > 5_000);
    }

    [Fact]
    public void Ask_SmallerLimit_TakesFewerTokens()
    {
        int own = PromptTokens();
        Assert.Equal(11 * 3 - (5 * 1), own - PromptTokens("--max-pixels", "6000"));

        int PromptTokens(params string[] options)
        {
            using TestTerminal terminal = new();
            Assert.Equal(ExitCode.Done, terminal.Run(["ask", files.Model, "What is ahead?", "--image", files.Wide, "--max-new-tokens", "1", "--json", .. options]));
            using JsonDocument document = JsonDocument.Parse(terminal.Output);
            return document.RootElement.GetProperty("promptTokens").GetInt32();
        }
    }

    [Fact]
    public void Ask_SeveralQuestions_AnswersEachAsAloneAndLooksOnce()
    {
        string[] questions = ["What is ahead?", "What should the ego vehicle do now?"];
        Assert.Equal(ExitCode.Done, _terminal.Run(["ask", files.Model, .. questions, "--image", files.Wide, "--image", files.Tall, "--max-new-tokens", "12", "--json"]));
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement[] answers = [.. document.RootElement.GetProperty("answers").EnumerateArray()];

        Assert.Equal(2, answers[1].GetProperty("reusedTiles").GetInt32());
        Assert.True(answers[1].GetProperty("reusedTokens").GetInt32() > (11 * 3) + (2 * 7));
        foreach ((string question, JsonElement answer) in questions.Zip(answers))
        {
            using TestTerminal alone = new();
            Assert.Equal(ExitCode.Done, alone.Run("ask", files.Model, question, "--image", files.Wide, "--image", files.Tall, "--max-new-tokens", "12", "--json"));
            using JsonDocument own = JsonDocument.Parse(alone.Output);
            Assert.True(JsonElement.DeepEquals(own.RootElement.GetProperty("tokenIds"), answer.GetProperty("tokenIds")));
        }
    }

    [Theory]
    [InlineData("takes every picture whole, at about its own size, and cuts no tiles", "--tiles", "4")]
    [InlineData("--max-pixels: is 100; at least 784 pixels", "--max-pixels", "100")]
    [InlineData("--min-pixels: pictures would have at least 90000 and at most 50176 pixels", "--min-pixels", "90000")]
    public void Ask_WhatTheFamilyHasNot_IsRefusedBeforeLoading(string expected, params string[] options)
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run(["ask", files.Model, "What is ahead?", "--image", files.Wide, .. options]));
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ask_VideoMarkInTheQuestion_IsRefused()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("ask", files.Model, "<|video_pad|> What is ahead?", "--image", files.Wide));
        Assert.Contains("question: holds <|video_pad|>, a control token", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Ask_LimitsForInternVL_AreRefused()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("ask", files.InternVL, "What is ahead?", "--image", files.Wide, "--max-pixels", "50176"));
        Assert.Contains("--max-pixels: was given for an InternVL model", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_TeacherAndStudent_DrawsEveryLayerOverTheSameTokens()
    {
        Assert.Equal(ExitCode.Done, _terminal.Run("model", "create", "qwen-tiny", files["student"], "--seed", "9"));
        using TestTerminal drawing = new();
        int code = drawing.Run(
            "attention", files.Model, "What is ahead?", "--image", files.Wide, "--student", files["student"], "--answer", "A vehicle.", "--out", files["maps"]);

        Assert.True(code == ExitCode.Done, drawing.Error);
        JsonNode page = JsonNode.Parse(File.ReadAllText(Path.Combine(files["maps"], "attention.json")))!;
        Assert.Equal((11, 3), ((int)page["pictures"]![0]!["token_columns_per_tile"]!, (int)page["pictures"]![0]!["token_rows_per_tile"]!));
        Assert.Equal(4, page["layers"]!.AsArray().Count);
    }

    [Fact]
    public void Attention_StudentOfAnotherFamily_IsRefused()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run(
            "attention", files.Model, "What is ahead?", "--image", files.Wide, "--student", files.InternVL, "--answer", "A vehicle.", "--out", files["no-maps"]));
        Assert.Contains("is a model of the family InternVL, the other of Qwen2.5-VL", _terminal.Error, StringComparison.Ordinal);
    }

    /// <summary>The published 8.5 GB: one picture as the processor's class has it, 256 tokens of text, 128 of answer.</summary>
    [Fact]
    public void Plan_Released3B_NeedsThePublishedMemory()
    {
        string folder = files["3B"];
        WriteConfig(folder, 2048, 36, 16, 2, 11008, 151936, isTied: true);
        Assert.Equal(ExitCode.Done, _terminal.Run("plan", folder, "--pictures", "1", "--max-pixels", "1003520", "--json"));
        using JsonDocument plan = JsonDocument.Parse(_terminal.Output);

        Assert.Equal(2 * 3_754_622_976.0, plan.RootElement.GetProperty("memory").GetProperty("weightBytes").GetDouble());
        Assert.Equal(1222 + 256, plan.RootElement.GetProperty("promptTokens").GetDouble());
        Assert.InRange(plan.RootElement.GetProperty("memory").GetProperty("totalBytes").GetDouble() / 1e9, 8.4, 8.6);
    }

    [Fact]
    public void Plan_RecipeOf7BTo3B_CountsTeachersAndRefusesOtherFamilies()
    {
        WriteConfig(files["models", "3B"], 2048, 36, 16, 2, 11008, 151936, isTied: true);
        WriteConfig(files["models", "7B"], 3584, 28, 28, 4, 18944, 152064, isTied: false);
        string[] plan = ["plan", "--student", files["models", "3B"], "--max-pixels", "200704", "--samples", "100"];
        Assert.Equal(ExitCode.Done, _terminal.Run([.. plan, "--teacher", files["models", "7B"]]));
        Assert.Contains("8,292,166,656 parameters, 27 of 28 layers run", _terminal.Output, StringComparison.Ordinal);

        using TestTerminal refused = new();
        Assert.Equal(ExitCode.BadInput, refused.Run("plan", "--student", files["models", "3B"], "--teacher", files.InternVL, "--samples", "100"));
        Assert.Contains("is a model of the family InternVL", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_WithALimit_TakesItsTokens()
    {
        int code = _terminal.Run(
            "measure", files.Model, "--pictures", "1", "--prompt-tokens", "16", "--new-tokens", "2", "--repeats", "1", "--max-pixels", "15000", "--json");

        Assert.True(code == ExitCode.Done, _terminal.Error);
        // 1600 x 900 within 15,000 pixels: 140 x 84, 5 x 3 tokens.
        Assert.Contains("\"promptTokens\": 31", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void BenchDistill_TinyQwen_AgreesWithThePublishedSchedule()
    {
        int code = _terminal.Run("bench", "distill", "--shape", "qwen-tiny", "--json");

        Assert.True(code == ExitCode.Done, _terminal.Error);
        JsonNode figures = JsonNode.Parse(_terminal.Output)!;
        Assert.True((double)figures["whole_agreement"]! < 1e-4, figures["whole_agreement"]!.ToJsonString());
    }

    private static void WriteConfig(string folder, int hidden, int layers, int heads, int keyValueHeads, int intermediate, int rows, bool isTied)
    {
        Directory.CreateDirectory(folder);
        JsonObject config = new()
        {
            ["model_type"] = "qwen2_5_vl",
            ["hidden_size"] = hidden,
            ["num_hidden_layers"] = layers,
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = keyValueHeads,
            ["intermediate_size"] = intermediate,
            ["vocab_size"] = rows,
            ["tie_word_embeddings"] = isTied,
            ["rope_theta"] = 1e6,
            ["rope_scaling"] = new JsonObject { ["type"] = "mrope", ["mrope_section"] = new JsonArray(16, 24, 24) },
            ["max_position_embeddings"] = 128000,
            ["torch_dtype"] = "bfloat16",
            ["vision_config"] = new JsonObject
            {
                ["depth"] = 32,
                ["hidden_size"] = 1280,
                ["num_heads"] = 16,
                ["intermediate_size"] = 3420,
                ["out_hidden_size"] = hidden,
                ["fullatt_block_indexes"] = new JsonArray(7, 15, 23, 31),
            },
        };
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
    }

    public sealed class Files : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Files()
        {
            using TestTerminal terminal = new();
            Assert.Equal(ExitCode.Done, terminal.Run("model", "create", "qwen-tiny", Model));
            Assert.Equal(ExitCode.Done, terminal.Run("model", "create", "tiny", InternVL));
            Write(Wide, 320, 96);
            Write(Tall, 60, 200);
        }

        public string Model => this["model"];

        public string InternVL => this["internvl"];

        public string Wide => this["wide.png"];

        public string Tall => this["tall.png"];

        public string this[params string[] parts] => _folder[parts];

        public void Dispose() => _folder.Dispose();

        private static void Write(string file, int width, int height)
        {
            byte[] pixels = new byte[3 * width * height];
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)(i * 7 % 251);
            }

            File.WriteAllBytes(file, PngEncoder.Encode(new RgbImage(width, height, pixels)));
        }
    }
}
