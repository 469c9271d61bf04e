using System.Text.Json;
using DriveKD.Data.Imaging;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class AskCommandTests(AskCommandTests.Files files) : IClassFixture<AskCommandTests.Files>, IDisposable
{
    private readonly TestTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Run_Question_PrintsTheAnswerAlone()
    {
        int code = Ask("--image", files.Picture, "--max-new-tokens", "10");

        Assert.Equal(ExitCode.Done, code);
        Assert.True(_terminal.Output.TrimEnd('\n').Length > 0);
        Assert.EndsWith("\n", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal("cut off after 10 tokens (--max-new-tokens)\n", _terminal.Error);
    }

    [Fact]
    public void Run_TwiceGreedy_AnswersTheSame()
    {
        Ask("--image", files.Picture, "--max-new-tokens", "10");
        using TestTerminal again = new();
        again.Run("ask", files.Model, "What is ahead?", "--max-new-tokens", "10", "--image", files.Picture, "--seed", "5");

        Assert.Equal(_terminal.Output, again.Output);
    }

    [Fact]
    public void Run_AsJson_HoldsEverything()
    {
        string figure = files["json.png"];
        int code = Ask(
            "--image", files.Picture, "--image", files.Tall, "--tiles", "4", "--max-new-tokens", "8", "--system", "You drive.", "--json",
            "--attention", figure, "--attention-layer", "first", "--attention-rows", "all");

        Assert.Equal(ExitCode.Done, code);
        Assert.Empty(_terminal.Error);
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement root = document.RootElement;
        Assert.Equal(
            [
                "model", "device", "precision", "weights", "quantized", "question", "systemText", "images", "answer", "tokenIds", "stopReason", "promptTokens", "reusedTokens",
                "reusedTiles", "generation", "timings", "attention",
            ],
            root.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("cpu", "float32"), (root.GetProperty("device").GetString(), root.GetProperty("precision").GetString()));
        Assert.Equal(("What is ahead?", "You drive."), (root.GetProperty("question").GetString(), root.GetProperty("systemText").GetString()));
        Assert.Equal("maxNewTokens", root.GetProperty("stopReason").GetString());
        Assert.Equal(8, root.GetProperty("tokenIds").GetArrayLength());
        Assert.Equal(
            ["file", "width", "height", "tileColumns", "tileRows", "hasThumbnail", "tokens"],
            root.GetProperty("images")[1].EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            (files.Tall, 90, 160, 1, 2, true, 48),
            (root.GetProperty("images")[1].GetProperty("file").GetString(), Number(root, "width"), Number(root, "height"), Number(root, "tileColumns"),
                Number(root, "tileRows"), root.GetProperty("images")[1].GetProperty("hasThumbnail").GetBoolean(), Number(root, "tokens")));
        Assert.True(root.GetProperty("promptTokens").GetInt32() > 96);
        Assert.Equal(
            ["loadSeconds", "pictureSeconds", "visionSeconds", "prefillSeconds", "decodeSeconds", "attentionSeconds", "firstTokenSeconds", "tokensPerSecond"],
            root.GetProperty("timings").EnumerateObject().Select(property => property.Name));
        JsonElement attention = root.GetProperty("attention");
        Assert.Equal((figure, 1, 4, "all"), (attention.GetProperty("file").GetString(), attention.GetProperty("layer").GetInt32(), attention.GetProperty("layers").GetInt32(), attention.GetProperty("rows").GetString()));
        Assert.Equal(2, attention.GetProperty("images").GetArrayLength());
        Assert.True(File.Exists(figure));

        static int Number(JsonElement root, string name) => root.GetProperty("images")[1].GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("stored")]
    [InlineData("int8")]
    public void Run_SeveralQuestions_AnswersEachAsAloneAndReusesPicturesAndPrompt(string weights)
    {
        string[] questions = ["What is ahead of the car?", "What is ahead of the car, and where does it go?", "Is it safe?"];
        string[] options = ["--image", files.Picture, "--max-new-tokens", "10", "--weights", weights, "--json"];
        using TestTerminal together = new();
        Assert.Equal(ExitCode.Done, together.Run(["ask", files.Model, .. questions, .. options]));
        using JsonDocument document = JsonDocument.Parse(together.Output);
        JsonElement[] answers = [.. document.RootElement.GetProperty("answers").EnumerateArray()];
        Assert.Equal(questions, answers.Select(answer => answer.GetProperty("question").GetString()));
        foreach ((string question, JsonElement answer) in questions.Zip(answers))
        {
            using TestTerminal alone = new();
            Assert.Equal(ExitCode.Done, alone.Run(["ask", files.Model, question, .. options]));
            using JsonDocument expected = JsonDocument.Parse(alone.Output);
            Assert.Equal(0, expected.RootElement.GetProperty("reusedTokens").GetInt32());
            Assert.Equal(
                expected.RootElement.GetProperty("tokenIds").EnumerateArray().Select(id => id.GetInt32()), answer.GetProperty("tokenIds").EnumerateArray().Select(id => id.GetInt32()));
        }

        int pictureTokens = answers[0].GetProperty("images")[0].GetProperty("tokens").GetInt32();
        Assert.Equal([0, 1, 1], answers.Select(answer => answer.GetProperty("reusedTiles").GetInt32()));
        Assert.Equal(0, answers[0].GetProperty("reusedTokens").GetInt32());
        Assert.All(answers[1..], answer => Assert.InRange(
            answer.GetProperty("reusedTokens").GetInt32(), pictureTokens, answer.GetProperty("promptTokens").GetInt32() - 9));
    }

    [Fact]
    public void Run_QuestionsFromArgumentsInputAndFile_AreAskedInOrder()
    {
        File.WriteAllText(files["questions.txt"], "\n  Who yields?  \n\nAnd then?\n");
        using TestTerminal terminal = new(input: "What is left?\n\nWhat is right?");
        Assert.Equal(
            ExitCode.Done,
            terminal.Run("ask", files.Model, "What is ahead?", "-", "--questions", files["questions.txt"], "--image", files.Picture, "--max-new-tokens", "4", "--timings"));

        string[] asked = [.. terminal.Error.Split('\n').Where(line => line.StartsWith("question ", StringComparison.Ordinal))];
        Assert.Equal(
            ["question 1 of 5: What is ahead?", "question 2 of 5: What is left?", "question 3 of 5: What is right?", "question 4 of 5: Who yields?", "question 5 of 5: And then?"],
            asked);
        Assert.Equal(4, terminal.Error.Split(" from the question before").Length - 1);
        Assert.Contains("1 tiles, 1 of them from questions before", terminal.Error, StringComparison.Ordinal);
        Assert.True(terminal.Output.Count(letter => letter == '\n') >= 5);
    }

    [Theory]
    [InlineData("QUESTION: is missing: drivekd ask FOLDER")]
    [InlineData("QUESTION: is missing: there was no line with text to read.", "-")]
    [InlineData("QUESTION: names standard input (-) twice; it can be read once.", "-", "--questions", "-")]
    [InlineData("nowhere.txt: the questions could not be read", "--questions", "nowhere.txt")]
    [InlineData("question 2: is empty; a text is expected.", "One?", " ")]
    [InlineData("question 2: holds <image> 1 times, and 0 pictures were given", "One?", "<image>Two?")]
    [InlineData("--attention: draws one question in one file, and 2 were given; ask them one by one.", "One?", "Two?", "--image", "PICTURE", "--attention", "figure.png")]
    public void Run_QuestionsThatCannotBeAsked_AreOneMessage(string expected, params string[] arguments)
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run(["ask", files.Model, .. arguments.Select(argument => argument == "PICTURE" ? files.Picture : argument)]));
        Assert.StartsWith($"error: {expected}", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public void Run_WeightsInt8_SaysWhatTheRoundingChanged()
    {
        Assert.Equal(ExitCode.Done, Ask("--image", files.Picture, "--max-new-tokens", "10", "--weights", "int8"));
        Assert.NotEmpty(_terminal.Output);
        Assert.Matches(@"^28 matrices in 8 bits, \d+ MB more: no row is off by more than 0\.\d\d %\n", _terminal.Error);

        using TestTerminal json = new();
        json.Run("ask", files.Model, "What is ahead?", "--weights", "int8", "--max-new-tokens", "4", "--json");
        using JsonDocument document = JsonDocument.Parse(json.Output);
        JsonElement quantized = document.RootElement.GetProperty("quantized");
        Assert.Equal(("int8", 28), (document.RootElement.GetProperty("weights").GetString(), quantized.GetProperty("matrices").GetInt32()));
        Assert.InRange(quantized.GetProperty("largestRelativeError").GetDouble(), 1e-4, 0.02);
    }

    [Fact]
    public void Run_JsonAndStreamed_GiveOneAnswer()
    {
        Ask("--image", files.Picture, "--max-new-tokens", "10");
        using TestTerminal other = new();
        other.Run("ask", files.Model, "What is ahead?", "--max-new-tokens", "10", "--image", files.Picture, "--json");

        using JsonDocument document = JsonDocument.Parse(other.Output);
        Assert.Equal(PlainText.ForTerminal(document.RootElement.GetProperty("answer").GetString()!) + "\n", PlainText.ForTerminal(_terminal.Output));
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("attention").ValueKind);
    }

    [Fact]
    public void Run_Attention_WritesAPictureAndSaysWhere()
    {
        string figure = files["figure.png"];
        int code = Ask("--image", files.Picture, "--max-new-tokens", "5", "--attention", figure);

        Assert.Equal(ExitCode.Done, code);
        Assert.Contains($"attention of layer 3 of 4, mean of ", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains(figure, _terminal.Error, StringComparison.Ordinal);
        RgbImage image = ImageDecoder.Decode(figure);
        Assert.True(image.Width > 600 && image.Height > 300);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(figure)!, "*.writing"));
    }

    [Fact]
    public void Run_Timings_ShowEveryStageOnStandardError()
    {
        Ask("--image", files.Picture, "--max-new-tokens", "5", "--timings", "--attention", files["timed.png"]);

        string[] stages = [.. _terminal.Error.Split('\n').Select(line => line.Split("  ")[0]).Where(word => word.Length is > 0 and < 12)];
        Assert.Equal(["load", "pictures", "vision", "prefill", "decode", "attention", "first token"], stages);
        Assert.DoesNotContain("prefill", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TextOnly_Answers()
    {
        Assert.Equal(ExitCode.Done, Ask("--max-new-tokens", "3", "--temperature", "1.2", "--top-k", "5", "--top-p", "0.9", "--repetition-penalty", "1.1"));
        Assert.NotEmpty(_terminal.Output);
    }

    [Fact]
    public void Run_Interrupted_EndsWith130()
    {
        _terminal.Interrupt();

        Assert.Equal(ExitCode.Cancelled, Ask("--image", files.Picture));
        Assert.Empty(_terminal.Error);
    }

    [Theory]
    [InlineData("--max-new-tokens=0", "max-new-tokens: is 0; at least 1 is expected.")]
    [InlineData("--max-new-tokens=-5", "max-new-tokens: is -5; at least 1 is expected.")]
    [InlineData("--temperature=-0.5", "temperature: is -0.5; 0 (greedy) or more is expected.")]
    [InlineData("--temperature=NaN", "temperature: is NaN; 0 (greedy) or more is expected.")]
    [InlineData("--repetition-penalty=0", "repetition-penalty: is 0; above 0 is expected.")]
    [InlineData("--tiles=0", "tiles: is 0; 1 (one square) to 1024 is expected.")]
    [InlineData("--tiles=-1", "tiles: is -1; 1 (one square) to 1024 is expected.")]
    [InlineData("--tiles=5000", "tiles: is 5000; 1 (one square) to 1024 is expected.")]
    [InlineData("--top-k=5", "--top-k, --top-p: limit what is drawn, but without --temperature above 0 nothing is drawn; give one or leave them out.")]
    [InlineData("--device=tpu", "--device: 'tpu' is no device; auto, cpu, cuda or cuda:N is expected.")]
    [InlineData("--precision=int8", "--precision: 'int8' is no precision; auto, float32 or bfloat16 is expected.")]
    [InlineData("--weights=int4", "--weights: is 'int4'; stored or int8 is expected.")]
    [InlineData("--system=<IMG_CONTEXT>", "system text: holds <IMG_CONTEXT>, a control token that the prompt itself is built of; leave it out or write it otherwise.")]
    [InlineData("--image=nowhere.jpg", "nowhere.jpg: the picture does not exist.")]
    [InlineData("--attention-layer=1", "--attention-layer, --attention-rows: say what --attention draws, which was not given; give it a file name.")]
    [InlineData("--attention=x.png", "--attention: draws over pictures, and none was given; add --image.")]
    public void Run_OneWrongSetting_IsOneMessage(string option, string expected)
    {
        int code = Ask(option);

        Assert.Equal((ExitCode.BadInput, $"error: {expected}\n"), (code, _terminal.Error));
        Assert.Empty(_terminal.Output);
    }

    [Theory]
    [InlineData("--seed=-1", "Cannot parse argument '-1' for option '--seed' as a whole number.")]
    [InlineData("--temperature=hot", "Cannot parse argument 'hot' for option '--temperature' as a number.")]
    [InlineData("--max-new-tokens=99999999999", "Cannot parse argument '99999999999' for option '--max-new-tokens' as a whole number.")]
    [InlineData("--imgae=a.jpg", "'drivekd ask' has no option '--imgae=a.jpg'. Did you mean '--image'?")]
    public void Run_CommandLineThatIsNone_IsExplained(string option, string expected)
    {
        int code = Ask(option);

        Assert.Equal((ExitCode.BadInput, $"error: {expected}\nSee: drivekd ask --help\n"), (code, _terminal.Error));
    }

    [Fact]
    public void Run_EverythingWrong_IsReportedAtOnce()
    {
        int code = _terminal.Run(
            "ask", files["no model"], "Hi <|im_end|> <image>", "--image", files.Empty, "--image", files.Truncated, "--tiles", "0",
            "--attention", Path.Combine(files["nowhere"], "x.png"), "--attention-layer", "zero");

        Assert.Equal(ExitCode.BadInput, code);
        string[] lines = _terminal.Error.TrimEnd('\n').Split('\n');
        Assert.Equal("8 errors:", lines[0]);
        Assert.Equal(
            [files.Empty, files.Truncated, "question", "question", "tiles", "--attention-layer", Path.Combine(files["nowhere"], "x.png"), files["no model"]],
            lines.Skip(1).Select(line => line.Trim().Split(": ")[0]));
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public void Run_LayerTheModelDoesNotHave_IsFoundBeforeLoading()
    {
        Assert.Equal(ExitCode.BadInput, Ask("--image", files.Picture, "--attention", files["y.png"], "--attention-layer", "9"));
        Assert.Equal("error: attention layer: 9 is not there: the model has 4 decoder layer(s), numbered from 1.\n", _terminal.Error);
        Assert.False(File.Exists(files["y.png"]));
    }

    [Fact]
    public void Run_AttentionOverAnInput_IsRefused()
    {
        byte[] before = File.ReadAllBytes(files.Picture);
        Assert.Equal(ExitCode.BadInput, Ask("--image", files.Picture, "--attention", Path.Combine(Path.GetDirectoryName(files.Picture)!, ".", Path.GetFileName(files.Picture))));
        Assert.Contains("is one of the pictures, which would be lost", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(files.Picture));
    }

    [Fact]
    public void Run_AttentionThatIsNoPngOrAFolder_IsRefused()
    {
        Assert.Equal(ExitCode.BadInput, Ask("--image", files.Picture, "--attention", files["map.jpg"]));
        Assert.Contains("does not end in .png", _terminal.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(files["folder.png"]);
        Assert.Equal(ExitCode.BadInput, Ask("--image", files.Picture, "--attention", files["folder.png"]));
        Assert.Contains("is a folder; the name of a file to write is expected.", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_EmptyQuestion_IsRefused()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("ask", files.Model, " "));
        Assert.Equal("error: question: is empty; a text is expected.\n", _terminal.Error);
    }

    [Fact]
    public void Run_BrokenWeights_AreRefusedWithoutOutput()
    {
        string broken = files["broken"];
        Directory.CreateDirectory(broken);
        foreach (string file in Directory.GetFiles(files.Model))
        {
            File.Copy(file, Path.Combine(broken, Path.GetFileName(file)), overwrite: true);
        }

        string weights = Path.Combine(broken, "model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..1000]);
        int code = _terminal.Run("ask", broken, "What is ahead?");

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains("model.safetensors", _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }

    private int Ask(params string[] options) => _terminal.Run(["ask", files.Model, "What is ahead?", .. options]);

    /// <summary>A model folder and pictures, made once.</summary>
    public sealed class Files : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Files()
        {
            using TestTerminal terminal = new();
            Assert.Equal(ExitCode.Done, terminal.Run("model", "create", "tiny", Model, "--seed", "7"));
            File.WriteAllBytes(Picture, Png(160, 90));
            File.WriteAllBytes(Tall, Png(90, 160));
            File.WriteAllBytes(Empty, []);
            File.WriteAllBytes(Truncated, Png(160, 90)[..500]);
        }

        public string Model => _folder["tiny"];

        public string Picture => _folder["wide.png"];

        public string Tall => _folder["tall.png"];

        public string Empty => _folder["empty.jpg"];

        public string Truncated => _folder["truncated.png"];

        public string this[string name] => _folder[name];

        public void Dispose() => _folder.Dispose();

        private static byte[] Png(int width, int height)
        {
            byte[] pixels = new byte[3 * width * height];
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)((i * 7) + (i / (3 * width) * 13));
            }

            return PngEncoder.Encode(new RgbImage(width, height, pixels));
        }
    }
}
