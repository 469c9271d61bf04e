using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.Verification.Metrics;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Verification.Metrics;

public sealed class MetricGoldensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_ReferenceTables_AllEqual()
    {
        GoldenCheck[] checks = [.. MetricGoldens.Run(TestPaths.RequireShared("golden", "metrics"))];

        Assert.Equal(320, checks.Length);
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case} {check.Stage}: {check.Detail}"));
        Assert.Equal(0, checks.Sum(check => check.NotCompared));
        GoldenCheck alone = checks.Single(check => check.Stage == "sentences alone");
        Assert.Equal((907, 0), (alone.Compared, alone.WorstAbsolute));
        Assert.Equal(480, checks.Single(check => check.Stage == "real texts").Compared);
        Assert.Equal("529 of 529 agree", checks.Single(check => check.Stage == "strict letters").Detail);
    }

    [Fact]
    public void Run_ConstructedTables_AllEqual()
    {
        GoldenCheck[] checks = [.. MetricGoldens.Run(TestPaths.Asset("metrics"))];

        Assert.Equal(132, checks.Length);
        Assert.All(checks, check => Assert.True(check.Passed && check.WorstAbsolute <= 1e-12, $"{check.Case} {check.Stage}: {check.Detail}"));
    }

    [Fact]
    public void Run_OtherFigures_FailAndNameThem()
    {
        File.WriteAllText(_folder["language-metrics-own.json"], """
            {"corpora": [{"name": "own", "official": {"Bleu_1": 0.5, "Bleu_2": 0.5, "Bleu_3": 0.5, "Bleu_4": 0.5, "ROUGE_L": 1, "CIDEr": 0},
              "pairs": [{"prediction": "the car", "reference": "the car", "tokens": {"prediction": "the cart", "reference": "the car"}}]}]}
            """);
        GoldenCheck[] checks = [.. MetricGoldens.Run(_folder.Path)];

        Assert.Equal(["tokens", "BLEU", "ROUGE-L", "CIDEr"], checks.Select(check => check.Stage));
        Assert.Equal([false, false, false, true], checks.Select(check => check.Passed));
        Assert.Equal("language-metrics-own/own", checks[0].Case);
        Assert.StartsWith("predictions: item 0 of 1 is \"the car\"", checks[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SentencesBeyondTheShare_Fail()
    {
        string wrong = """{"category": "own", "text": "a b", "raw_tokens": ["ab"], "caption": "a b"}""";
        string right = """{"category": "own", "text": "a b", "raw_tokens": ["a", "b"], "caption": "a b"}""";
        string Table(int wrongs) => $"{{\"sentences\": [{string.Join(',', Enumerable.Repeat(wrong, wrongs).Concat(Enumerable.Repeat(right, 100 - wrongs)))}]}}";

        Assert.Equal((true, false), (Alone(Table(2)).Passed, Alone(Table(3)).Passed));
        Assert.StartsWith("98 of 100 are equal; not: sentences[0] \"a b\"", Alone(Table(2)).Detail, StringComparison.Ordinal);

        GoldenCheck Alone(string table)
        {
            File.WriteAllText(_folder["ptb-tokens.json"], table);
            return MetricGoldens.Run(_folder.Path).Single(check => check.Stage == "sentences alone");
        }
    }

    [Fact]
    public void Run_DescriptionsWithoutTheirSource_AreToldAsNotCompared()
    {
        File.WriteAllText(_folder["scoring.json"], """{"questions": [{"question_type": "behavior", "question": "Q", "answer": "A", "tag": [0], "description": null}]}""");

        GoldenCheck check = Assert.Single(MetricGoldens.Run(_folder.Path));
        Assert.Equal(("descriptions", 1), (check.Stage, check.NotCompared));
    }

    [Theory]
    [InlineData("language-metrics.json", "{\"corpora\": [{\"name\": \"x\"}]}")]
    [InlineData("yesno.json", "[")]
    [InlineData("scoring.json", "{}")]
    public void Run_BrokenTable_IsAnInputError(string name, string json)
    {
        File.WriteAllText(_folder[name], json);

        Assert.True(MetricGoldens.AreIn(_folder.Path));
        Assert.Throws<InputException>(() => MetricGoldens.Run(_folder.Path).ToArray());
    }
}
