using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Measurement;
using DriveKD.Models.Tests.Generation;
using DriveKD.Models.Tests.Support;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Measurement;

public sealed class MeasurePreflightTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public MeasurePreflightTests() => _model = TinyModel.Create(_folder["tiny"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Check_EverythingFits_GivesTheConfigs()
    {
        IReadOnlyList<ModelConfig> configs = MeasurePreflight.Check(Settings(_model, _model), CPU, ScalarType.Float32, availableBytes: 1L << 33);

        Assert.Equal([64, 64], configs.Select(config => config.Language.HiddenSize));
    }

    [Fact]
    public void Check_EverythingWrong_IsToldAtOnce()
    {
        MeasureSettings settings = Settings(_folder["none"], _folder["neither"], _model) with
        {
            Pictures = [-1, 0],
            PromptTokens = [0, 65_500],
            NewTokens = 1,
            Repeats = 0,
        };
        InputException exception = Assert.Throws<InputException>(() => MeasurePreflight.Check(settings, CPU, ScalarType.Float32, 1L << 33));

        Assert.Equal(
            ["pictures: is -1; 0 (text alone) to 1024 is expected.", "prompt-tokens: is 0; at least 1 is expected.",
                "new-tokens: is 1; at least 2 (the second is the first to be decoded) is expected.", "repeats: is 0; at least 1 is expected."],
            exception.Problems.Take(4).Select(problem => problem.ToString()));
        Assert.Contains(exception.Problems, problem => problem.Where.StartsWith(_folder["none"], StringComparison.Ordinal));
        Assert.Contains(exception.Problems, problem => problem.Where.StartsWith(_folder["neither"], StringComparison.Ordinal));
    }

    [Fact]
    public void Check_PromptBeyondTheLimit_NamesCaseAndNumbers()
    {
        MeasureSettings settings = Settings(_model) with { Pictures = [2], PromptTokens = [8, 65_500], NewTokens = 64 };
        InputException exception = Assert.Throws<InputException>(() => MeasurePreflight.Check(settings, CPU, ScalarType.Float32, 1L << 33));

        Assert.Equal(
            $"{_model}: 2 pictures, 65500 text tokens: a prompt of 65532 tokens and 64 new ones exceed the model's limit of 65536; "
            + "use fewer pictures, prompt tokens or new tokens.",
            Assert.Single(exception.Problems).ToString());
    }

    [Fact]
    public void Check_MemoryThatIsShort_SaysWhatIsNeeded()
    {
        InputException exception = Assert.Throws<InputException>(() => MeasurePreflight.Check(Settings(_model, _model), CPU, ScalarType.Float32, 2_000_000));

        string problem = Assert.Single(exception.Problems).ToString();
        Assert.StartsWith("memory: 2 models together would need at least 2.", problem, StringComparison.Ordinal);
        Assert.Contains("2.00 MB are available. Use --precision bfloat16, fewer pictures or prompt tokens, or the folders one at a time", problem, StringComparison.Ordinal);
        Assert.NotNull(MeasurePreflight.Check(Settings(_model), CPU, ScalarType.Float32, 2_000_000));
    }

    [Fact]
    public void CaseSize_KeyValues_AreThoseOfTheCache()
    {
        MeasureCase question = new(Pictures: 2, TextTokens: 5);
        InternVLConfig config = TestModels.Small;
        using InternVLModel model = TestModels.Create(config);
        long capacity = CaseSize.PromptTokens(config, question) + 3;
        using KeyValueCache cache = model.CreateCache(1, capacity);

        Assert.Equal((13, 16), (CaseSize.PromptTokens(config, question), cache.Capacity));
        Assert.Equal(2 * config.Language.Layers * config.Language.KeyValueHeads * config.Language.HeadSize * 16, CaseSize.KeyValues(config, question, newTokens: 3));
        Assert.Equal(model.parameters().Sum(parameter => parameter.numel()), CaseSize.Parameters(config));
    }

    [Fact]
    public void AvailableMemory_OfThisMachine_IsBelowItsTotal() =>
        Assert.InRange(AvailableMemory.Bytes(), 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    [Fact]
    public void AvailableMemory_LinuxFile_IsRead()
    {
        File.WriteAllText(_folder["meminfo"], "MemTotal:       24684088 kB\nMemAvailable:      20480 kB\n");

        Assert.Equal(20480 * 1024, AvailableMemory.Bytes(_folder["meminfo"]));
    }

    private static MeasureSettings Settings(params string[] folders) => new() { Folders = folders, Pictures = [1], PromptTokens = [8], NewTokens = 4 };
}
