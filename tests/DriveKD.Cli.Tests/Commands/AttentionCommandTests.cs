using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DriveKD.Data.Imaging;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class AttentionCommandTests(AttentionCommandTests.Files files) : IClassFixture<AttentionCommandTests.Files>, IDisposable
{
    private readonly TestTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_OneModel_WritesPageSheetAndNumbers()
    {
        int code = Draw("--max-new-tokens", "6");

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal("the answer was cut off after 6 tokens (--max-new-tokens)\n", _terminal.Error);
        Assert.Contains("attention of 4 of 4 layers, mean over heads and over the answer's 6 tokens", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains($"written to {Output}; look at ", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal(["attention.json", "index.html", "maps.png", "maps.svg"], Written());
        Assert.Equal(4, XDocument.Load(Path.Combine(Output, "maps.svg")).Descendants().Count(element => element.Name.LocalName == "image"));
        Assert.True(ImageDecoder.Decode(Path.Combine(Output, "maps.png")).Width > 600);
        Assert.Contains("Layer 4 of 4", File.ReadAllText(Path.Combine(Output, "index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TwoModelsAndAnAnswer_ComparesThemOverTheSameTokens()
    {
        int code = Draw("--student", files.Other, "--answer", "A red car.", "--image", files.Tall, "--tiles", "4", "--json");

        Assert.Equal((ExitCode.Done, ""), (code, _terminal.Error));
        Assert.Equal(["attention.json", "distances.csv", "index.html", "maps.png", "maps.svg"], Written());
        using JsonDocument printed = JsonDocument.Parse(_terminal.Output);
        Assert.DoesNotContain("weights", _terminal.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "attention.json")));
        JsonElement root = document.RootElement;
        Assert.Equal(("A red car.", true), (root.GetProperty("answer").GetString(), root.GetProperty("answer_is_given").GetBoolean()));
        Assert.Equal(root.GetProperty("answer_ids").GetArrayLength(), root.GetProperty("rows").GetProperty("positions").GetArrayLength());
        JsonElement[] layers = [.. root.GetProperty("layers").EnumerateArray()];
        Assert.Equal(4, layers.Length);
        Assert.All(layers, layer =>
        {
            Assert.InRange(layer.GetProperty("distance").GetProperty("cosine").GetDouble(), 1e-6, 1);
            Assert.InRange(layer.GetProperty("teacher").GetProperty("sum").GetDouble(), 1e-6, 1);
            // Four tiles of 16 tokens and a thumbnail for the wide picture; two and a thumbnail for the tall one.
            Assert.Equal(
                root.GetProperty("pictures").EnumerateArray().Select(picture => picture.GetProperty("tokens").GetInt32()),
                layer.GetProperty("student").GetProperty("pictures").EnumerateArray().Select(picture => picture.GetProperty("weights").GetArrayLength()));
        });
        Assert.Equal(5, File.ReadAllLines(Path.Combine(Output, "distances.csv")).Length);
    }

    [Fact]
    public void Run_SameModelTwice_HasNoDistance()
    {
        Assert.Equal(ExitCode.Done, Draw("--student", files.Model, "--word", "ahead", "--layers", "first,penultimate", "--max-new-tokens", "4"));

        string[] lines = File.ReadAllLines(Path.Combine(Output, "distances.csv"));
        Assert.Equal(["1,4,1,4", "3,4,3,4"], lines.Skip(1).Select(line => string.Join(',', line.Split(',')[..4])));
        Assert.All(lines.Skip(1), line => Assert.InRange(double.Parse(line.Split(',')[5], System.Globalization.CultureInfo.InvariantCulture), 0, 1e-12));
        Assert.Matches("of \"ahead\"", _terminal.Output);
    }

    [Fact]
    public void Run_RealCheckpoints_SetsLayersBesideByDepth()
    {
        string root = TestPaths.RequireShared("golden", "internvl");
        int code = _terminal.Run(
            "attention", Path.Combine(root, "teacher"), "What is ahead?", "--image", files.Picture, "--student", Path.Combine(root, "student"),
            "--training-layout", "--answer", "A car.", "--out", Output);

        Assert.True(code == ExitCode.Done, _terminal.Error);
        int[][] pairs = [.. File.ReadAllLines(Path.Combine(Output, "distances.csv")).Skip(1).Select(line => line.Split(',')[..4].Select(int.Parse).ToArray())];
        Assert.Equal(pairs[0][1], pairs.Length);
        Assert.True(pairs[0][1] > pairs[0][3]);
        Assert.Equal((1, 1), (pairs[0][0], pairs[0][2]));
        Assert.Equal((pairs[0][1], pairs[0][3]), (pairs[^1][0], pairs[^1][2]));
    }

    [Fact]
    public void Run_EmptyFolder_IsFilled()
    {
        Directory.CreateDirectory(Output);

        Assert.Equal(ExitCode.Done, Draw("--answer", "Yes.", "--layers", "1"));
        Assert.Contains("index.html", Written());
    }

    [Fact]
    public void Run_FolderThatHoldsSomething_IsRefusedBeforeAnythingIsLoaded()
    {
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "mine.txt"), "");

        Assert.Equal(ExitCode.BadInput, Draw());
        Assert.Equal($"error: {Output}: already exists and is not empty. Choose another folder, or delete it first.\n", _terminal.Error);
        Assert.Equal(["mine.txt"], Written());
    }

    [Fact]
    public void Run_StudentOfAnotherTokenizerAndSize_IsRefusedWithBothFacts()
    {
        string other = _folder["other"];
        CopyModel(files.Model, other);
        string tokenizer = Path.Combine(other, "tokenizer.json");
        string content = File.ReadAllText(tokenizer);
        string changed = Regex.Replace(content, "\"normalizer\":\\s*(null|\\{[^}]*\\})", match => match.Groups[1].Value == "null" ? "\"normalizer\": {\"type\": \"NFC\"}" : "\"normalizer\": null");
        Assert.NotEqual(content, changed);
        File.WriteAllText(tokenizer, changed);
        string config = Path.Combine(other, "config.json");
        File.WriteAllText(config, Regex.Replace(File.ReadAllText(config), "\"downsample_ratio\":\\s*0\\.5", "\"downsample_ratio\": 1.0"));

        Assert.Equal(ExitCode.BadInput, Draw("--student", other));
        string[] lines = _terminal.Error.TrimEnd('\n').Split('\n');
        Assert.Equal("2 errors:", lines[0]);
        Assert.Contains($"{other}: has another tokenizer than {files.Model} (", lines[1], StringComparison.Ordinal);
        Assert.Contains($"{other}: makes 64 tokens of {files.Picture}, {files.Model} 16.", lines[2], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Theory]
    [InlineData("--rows=picture", "--rows: is 'picture'; question, answer or all is expected.")]
    [InlineData("--word= ", "--word: is empty; a word of the question or the answer is expected.")]
    [InlineData("--answer= ", "--answer: is empty; a text is expected, or leave it out: then the model answers.")]
    [InlineData("--answer=Yes.<|im_end|>", "answer: holds <|im_end|>, a control token that the prompt itself is built of; leave it out or write it otherwise.")]
    [InlineData("--layers=none", "--layers: 'none' names no layers; all, first, penultimate, or numbers and ranges from 1 such as 1,4-8 are expected.")]
    [InlineData("--layers=9", "attention layer: 9 is not there: the model has 4 decoder layer(s), numbered from 1.")]
    [InlineData("--max-new-tokens=0", "max-new-tokens: is 0; at least 1 is expected.")]
    [InlineData("--tiles=0", "tiles: is 0; 1 (one square) to 1024 is expected.")]
    [InlineData("--device=tpu", "--device: 'tpu' is no device; auto, cpu, cuda or cuda:N is expected.")]
    [InlineData("--precision=int8", "--precision: 'int8' is no precision; auto, float32 or bfloat16 is expected.")]
    public void Run_OneWrongSetting_IsOneMessage(string option, string expected)
    {
        Assert.Equal((ExitCode.BadInput, $"error: {expected}\n"), (Draw(option), _terminal.Error));
        Assert.Empty(_terminal.Output);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Run_WordThatDoesNotOccur_ShowsWhereItLooked()
    {
        Assert.Equal(ExitCode.BadInput, Draw("--answer", "A red car.", "--word", "bus"));
        Assert.Equal("error: word: 'bus' does not occur. Looked in the question: \"What is ahead?\" and in the answer: \"A red car.\".\n", _terminal.Error);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Run_EverythingWrong_IsReportedAtOnce()
    {
        File.WriteAllText(Output, "");
        int code = _terminal.Run(
            "attention", _folder["no model"], " ", "--word", "car", "--rows", "all", "--answer", "Yes.", "--max-new-tokens", "5", "--layers", "0", "--out", Output,
            "--student", _folder["no student"]);

        Assert.Equal(ExitCode.BadInput, code);
        string[] lines = _terminal.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(
            ["--image", "question", "--max-new-tokens", "--word, --rows", "--layers", Output, _folder["no model"], _folder["no student"]],
            lines.Skip(1).Select(line => line.Trim().Split(": ")[0]));
        Assert.Equal("8 errors:", lines[0]);
    }

    [Fact]
    public void Run_Interrupted_EndsWith130AndWritesNothing()
    {
        _terminal.Interrupt();

        Assert.Equal(ExitCode.Cancelled, Draw());
        Assert.Empty(_terminal.Error);
        Assert.False(Directory.Exists(Output));
    }

    private string Output => _folder["maps"];

    private int Draw(params string[] options) => _terminal.Run(
        ["attention", files.Model, "What is ahead?", "--image", files.Picture, "--out", Output, .. options]);

    private string[] Written() => [.. Directory.GetFileSystemEntries(Output).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static void CopyModel(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    /// <summary>Two model folders of one shape and two pictures, made once.</summary>
    public sealed class Files : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Files()
        {
            using TestTerminal terminal = new();
            Assert.Equal(ExitCode.Done, terminal.Run("model", "create", "tiny", Model, "--seed", "7"));
            Assert.Equal(ExitCode.Done, terminal.Run("model", "create", "tiny", Other, "--seed", "8"));
            File.WriteAllBytes(Picture, Png(160, 90));
            File.WriteAllBytes(Tall, Png(90, 160));
        }

        public string Model => _folder["tiny"];

        public string Other => _folder["other"];

        public string Picture => _folder["wide.png"];

        public string Tall => _folder["tall.png"];

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
