using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class MeasureCommandTests(MeasureCommandTests.Files files) : IClassFixture<MeasureCommandTests.Files>, IDisposable
{
    private readonly TestTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Run_Tables_HaveARowPerModelAndCase()
    {
        _terminal.Terminal.Output.Profile.Width = 160;
        int code = Measure("--against", files.Other, "--profile", "--published");

        Assert.Equal(ExitCode.Done, code);
        Assert.Empty(_terminal.Error);
        string text = _terminal.Output;
        string[] rows = [.. text.Split('\n').Where(line => line.StartsWith("│ first", StringComparison.Ordinal) || line.StartsWith("│ second", StringComparison.Ordinal))];
        // Both models: one row of their own, two cases, two profiles.
        Assert.Equal(2 * 5, rows.Length);
        Assert.Equal(2, rows.Count(row => row.Contains("float32", StringComparison.Ordinal)));
        Assert.Contains("first / second, ratios of answers in turn", text, StringComparison.Ordinal);
        Assert.Contains("shares of an answer's time", text, StringComparison.Ordinal);
        Assert.Contains("published (arXiv 2601.21288", text, StringComparison.Ordinal);
        Assert.Contains("InternVL3-78B", text, StringComparison.Ordinal);
        Assert.Contains("answers: 2 per model and case after one that warms up, 3 tokens each", text, StringComparison.Ordinal);
        Assert.Contains("other work on the machine disturbs times", text, StringComparison.Ordinal);
        Assert.Matches("energy: (not available: |RAPL: )", text);
        Assert.DoesNotContain("stopped", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WeightsInt8_SaysWhatTheRoundingChangedAndCountsItsBytes()
    {
        Assert.Equal(ExitCode.Done, Measure("--weights", "int8", "--json"));
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement model = document.RootElement.GetProperty("models")[0];
        JsonElement quantized = model.GetProperty("quantized");
        Assert.Equal(("int8", 28), (model.GetProperty("weights").GetString(), quantized.GetProperty("matrices").GetInt32()));
        Assert.InRange(quantized.GetProperty("largestRelativeError").GetDouble(), 1e-4, 0.02);
        Assert.Equal(
            model.GetProperty("parameterBytes").GetInt64() + quantized.GetProperty("bytes").GetInt64(),
            model.GetProperty("cases")[0].GetProperty("tensorBytes").GetProperty("parameters").GetInt64());

        using TestTerminal text = new();
        Assert.Equal(ExitCode.Done, text.Run("measure", files.Model, "--pictures", "0", "--prompt-tokens", "4", "--new-tokens", "2", "--repeats", "1", "--device", "cpu", "--weights", "int8"));
        Assert.Contains("tokens are decoded with 28 matrices in 8 bits", text.Output, StringComparison.Ordinal);

        using TestTerminal wrong = new();
        Assert.Equal(ExitCode.BadInput, wrong.Run("measure", files.Model, "--weights", "int4"));
        Assert.Contains("--weights: is 'int4'; stored or int8 is expected.", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Json_HasTheDocumentedShape()
    {
        int code = Measure("--against", files.Other, "--json", "--published", "--profile");

        Assert.Equal(ExitCode.Done, code);
        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement root = document.RootElement;
        Assert.Equal(["isComplete", "conditions", "models", "ratios", "published"], Names(root));
        Assert.True(root.GetProperty("isComplete").GetBoolean());
        Assert.Equal(
            ["program", "commit", "startedAt", "device", "processor", "cores", "memoryBytes", "operatingSystem", "loadAverage", "repeats", "warmUps", "newTokens",
                "seed", "pictureWidth", "pictureHeight", "residentMethod", "energySource", "energyMissing"],
            Names(root.GetProperty("conditions")));
        Assert.Equal(2, root.GetProperty("models").GetArrayLength());
        JsonElement model = root.GetProperty("models")[1];
        Assert.Equal(
            ["name", "folder", "precision", "weights", "quantized", "threads", "parameters", "parameterBytes", "loadSeconds", "beforeLoadResidentBytes", "loadPeakResidentBytes",
                "headSeconds", "cases"],
            Names(model));
        Assert.Equal(("second", files.Other), (model.GetProperty("name").GetString(), model.GetProperty("folder").GetString()));
        Assert.Equal(2, model.GetProperty("cases").GetArrayLength());
        JsonElement one = model.GetProperty("cases")[1];
        Assert.Equal(
            ["pictures", "textTokens", "promptTokens", "newTokens", "answers", "peakResidentBytes", "tensorBytes", "figures", "profile"], Names(one));
        Assert.Equal((2, 4, 36, 3, 2), (Number(one, "pictures"), Number(one, "textTokens"), Number(one, "promptTokens"), Number(one, "newTokens"), Number(one, "answers")));
        Assert.Equal(["parameters", "keyValueCache", "working", "total"], Names(one.GetProperty("tensorBytes")));
        JsonElement figures = one.GetProperty("figures");
        Assert.Equal(
            ["pictureSeconds", "visionSeconds", "prefillSeconds", "firstTokenSeconds", "decodeSeconds", "decodeTokensPerSecond", "answerSeconds",
                "answersPerSecond", "joulesPerAnswer", "answersPerWattHour"],
            Names(figures));
        Assert.Equal(
            ["count", "minimum", "lowerQuartile", "median", "upperQuartile", "maximum", "interquartileRange"], Names(figures.GetProperty("prefillSeconds")));
        Assert.Equal(
            ["answerSeconds", "pictureShare", "visionShare", "prefillShare", "decodeShare", "tokenSeconds", "headShareOfToken", "choiceShareOfToken",
                "layerShareOfToken"],
            Names(one.GetProperty("profile")));
        Assert.Equal(2, root.GetProperty("ratios").GetArrayLength());
        JsonElement ratio = root.GetProperty("ratios")[1];
        Assert.Equal(["of", "against", "pictures", "textTokens", "peakResident", "tensorBytes", "figures"], Names(ratio));
        Assert.Equal(("first", "second", 2), (ratio.GetProperty("of").GetString(), ratio.GetProperty("against").GetString(), Number(ratio, "pictures")));
        Assert.Equal(2, Number(ratio.GetProperty("figures").GetProperty("firstTokenSeconds"), "count"));
        Assert.Equal(4, root.GetProperty("published").GetArrayLength());
        Assert.Equal(["model", "memoryGigabytes", "tokensPerSecond", "firstTokenSeconds"], Names(root.GetProperty("published")[0]));

        static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Run_Out_WritesTheDocumentBesideTheTables()
    {
        string file = files["figures.json"];
        Assert.Equal(ExitCode.Done, Measure("--out", file));

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
        Assert.Equal(1, document.RootElement.GetProperty("models").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty("published").ValueKind);
        Assert.Contains("each cell: the median", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Interrupted_ShowsWhatThereIsAndEndsWith130()
    {
        _terminal.Interrupt();

        Assert.Equal(ExitCode.Cancelled, Measure());
        Assert.Contains("stopped: only what was measured by then is shown", _terminal.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--pictures=one", "--pictures: holds 'one'; whole numbers with commas between them, such as 1,6, are expected.")]
    [InlineData("--pictures=1,", "--pictures: holds ''; whole numbers with commas between them, such as 1,6, are expected.")]
    [InlineData("--prompt-tokens=6.5", "--prompt-tokens: holds '6.5'; whole numbers with commas between them, such as 1,6, are expected.")]
    [InlineData("--pictures=-2", "pictures: is -2; 0 (text alone) to 1024 is expected.")]
    [InlineData("--prompt-tokens=0", "prompt-tokens: is 0; at least 1 is expected.")]
    [InlineData("--new-tokens=1", "new-tokens: is 1; at least 2 (the second is the first to be decoded) is expected.")]
    [InlineData("--repeats=0", "repeats: is 0; at least 1 is expected.")]
    [InlineData("--device=tpu", "device: 'tpu' is no device; auto, cpu, cuda or cuda:N is expected.")]
    [InlineData("--precision=int8", "precision: 'int8' is no precision; auto, float32 or bfloat16 is expected.")]
    public void Run_OneWrongSetting_IsOneMessage(string option, string expected)
    {
        int code = _terminal.Run("measure", files.Model, option);

        Assert.Equal((ExitCode.BadInput, $"error: {expected}\n"), (code, _terminal.Error));
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public void Run_FolderMissing_IsToldBeforeAnythingIsMeasured()
    {
        Assert.Equal(ExitCode.BadInput, Measure("--against", files["nowhere"]));
        Assert.StartsWith($"error: {files["nowhere"]}", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public void Run_PromptTooLong_NamesTheLimit()
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run("measure", files.Model, "--pictures", "0", "--prompt-tokens", "70000"));
        Assert.Contains("exceed the model's limit of 65536", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MemoryThatNoMachineHas_IsRefused()
    {
        string huge = files["huge"];
        Directory.CreateDirectory(huge);
        string config = File.ReadAllText(Path.Combine(files.Model, "config.json"));
        File.WriteAllText(Path.Combine(huge, "config.json"), config
            .Replace("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 10000", StringComparison.Ordinal)
            .Replace("\"intermediate_size\": 128", "\"intermediate_size\": 1000000", StringComparison.Ordinal));
        int code = _terminal.Run("measure", huge, "--device", "cpu");

        Assert.Equal(ExitCode.BadInput, code);
        Assert.StartsWith("error: memory: the model would need at least ", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OutThatCannotBeWritten_IsToldFirst()
    {
        Assert.Equal(ExitCode.BadInput, Measure("--out", Path.Combine(files["no-folder"], "x.json")));
        Assert.Contains("cannot be written", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }

    private int Measure(params string[] options) => _terminal.Run(
        ["measure", files.Model, "--pictures", "0,2", "--prompt-tokens", "4", "--new-tokens", "3", "--repeats", "2", "--device", "cpu", .. options]);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);

    /// <summary>Two model folders, made once.</summary>
    public sealed class Files : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Files()
        {
            using TestTerminal terminal = new();
            Assert.Equal(ExitCode.Done, terminal.Run("model", "create", "tiny", Model, "--seed", "7"));
            Assert.Equal(ExitCode.Done, terminal.Run("model", "create", "tiny", Other, "--seed", "8"));
        }

        public string Model => _folder["first"];

        public string Other => _folder["second"];

        public string this[string name] => _folder[name];

        public void Dispose() => _folder.Dispose();
    }
}
