using System.Text.Json;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private const string KeyVariable = "DRIVEKD_TEST_EVALUATE_KEY";
    private const string Key = "sk-evaluate-41c09be7a5d2f386";

    private readonly DistillationFixture _world = new(9);
    private readonly TestTerminal _terminal = new();

    public EvaluateCommandTests()
    {
        Environment.SetEnvironmentVariable(KeyVariable, Key);
        WriteRecipe("[student, teacher]", "clean, fog, noimage");
    }

    public void Dispose()
    {
        _terminal.Dispose();
        _world.Dispose();
    }

    private string Recipe => _world.Path("evaluate.yaml");

    [Fact]
    public void Run_WeightsInt8_SaysWhatTheRoundingChangedAndResumesOnlyWithThem()
    {
        string[] small = ["models=" + _world.Path("student"), "corruptions=clean"];
        Assert.True(_terminal.Run(["evaluate", Recipe, .. small, "weights=int8"]) == 0, _terminal.Error);
        Assert.Matches(@"student: answers are decoded with 28 matrices in 8 bits, \d+ MB more: no row is off by more than [01]\.\d\d %", _terminal.Error);
        Assert.Equal(9, File.ReadAllLines(_world.Path("run", "answers", "student", "clean.jsonl")).Length);
        Assert.Contains("answers decoded with matrices of 8 bits", File.ReadAllText(_world.Path("run", "report.html")), StringComparison.Ordinal);

        using TestTerminal other = new();
        Assert.Equal(ExitCode.BadInput, other.Run("evaluate", "--resume", _world.Path("run"), "weights=stored"));
        Assert.Contains("weights", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("and with weights: int8 at most 8 questions are decoded at a time", "weights=int8", "batch_size=9")]
    [InlineData("every model is behind a server", "weights=int8", "models=[openai:gpt]", "endpoint.base_url=http://localhost:9")]
    [InlineData("expected one of stored, int8", "weights=int4")]
    public void Run_WeightsThatCannotBe_AreRefusedBeforeAModelIsLoaded(string expected, params string[] keys)
    {
        Assert.Equal(ExitCode.BadInput, _terminal.Run(["evaluate", Recipe, .. keys]));
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Path("run")));
    }

    [Fact]
    public void Run_SmallRecipe_WritesAnswersScoresAndPage()
    {
        Assert.True(_terminal.Run("evaluate", Recipe) == 0, _terminal.Error);

        Assert.Contains("9 questions, 2 models, 3 passes each; writing to", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("teacher  noimage  9/9  all 54/54", _terminal.Error, StringComparison.Ordinal);
        foreach (string text in (string[])["Clean: points 0 to 100", "student", "teacher", "unscored", "Fog, severity 5", "answered from the text alone", "p corrected by Holm", "Only 9 scenes", "Report: "])
        {
            Assert.Contains(text, _terminal.Output, StringComparison.Ordinal);
        }

        foreach (string model in (string[])["student", "teacher"])
        {
            foreach (string pass in (string[])["clean", "fog-5", "noimage"])
            {
                Assert.Equal(9, File.ReadAllLines(_world.Path("run", "answers", model, pass + ".jsonl")).Length);
                Assert.True(File.Exists(_world.Path("run", "drivebench", model, pass + ".json")));
            }
        }

        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(_world.Path("run", "results.json")));
        Assert.Equal(9, results.RootElement.GetProperty("questions").GetInt32());
        Assert.StartsWith("model,corruption", File.ReadAllText(_world.Path("run", "results.csv")), StringComparison.Ordinal);
        Assert.Equal(54, File.ReadAllLines(_world.Path("run", "points.csv")).Length - 1);
        string page = File.ReadAllText(_world.Path("run", "report.html"));
        Assert.Contains("data:image/jpeg;base64,", page, StringComparison.Ordinal);
        Assert.Contains("Where student looked: layer", page, StringComparison.Ordinal);
        Assert.Contains("\"state\": \"finished\"", File.ReadAllText(_world.Path("run", "run.json")), StringComparison.Ordinal);

        using TestTerminal score = new();
        Assert.True(score.Run("score", _world.Path("run", "drivebench", "student", "fog-5.json"), "--json") == 0, score.Error);
        using JsonDocument scored = JsonDocument.Parse(score.Output);
        Assert.Equal(9, scored.RootElement.GetProperty("scored").GetInt32());
        Assert.Equal(
            results.RootElement.GetProperty("models")[0].GetProperty("passes")[1].GetProperty("capabilities").GetProperty("mean").GetProperty("score").GetDouble(),
            scored.RootElement.GetProperty("capabilities").GetProperty("mean").GetProperty("score").GetDouble());
    }

    [Fact]
    public void Run_BatchSizes_GiveTheSameAnswers()
    {
        Assert.Equal(0, _terminal.Run("evaluate", Recipe, "batch_size=1", "report.attention=0"));
        Assert.Equal(0, _terminal.Run("evaluate", Recipe, "batch_size=4", "report.attention=0", "output=" + _world.Path("other")));

        foreach (string pass in (string[])["student/clean", "student/fog-5", "teacher/noimage"])
        {
            Assert.Equal(Predictions(_world.Path("run", "answers", pass + ".jsonl")), Predictions(_world.Path("other", "answers", pass + ".jsonl")));
        }
    }

    [Fact]
    public void Run_Interrupted_KeepsAnswersAndResumesToTheSame()
    {
        Assert.Equal(0, _terminal.Run("evaluate", Recipe, "output=" + _world.Path("whole")));
        using TestTerminal cut = new();
        cut.InterruptAt("student  fog-5");
        Assert.Equal(130, cut.Run("evaluate", Recipe));
        Assert.Contains("Go on: ./drivekd evaluate --resume", cut.Output, StringComparison.Ordinal);
        Assert.Contains("\"state\": \"cancelled\"", File.ReadAllText(_world.Path("run", "run.json")), StringComparison.Ordinal);
        string clean = _world.Path("run", "answers", "student", "clean.jsonl");
        byte[] before = File.ReadAllBytes(clean);

        // What a kill leaves of the last line.
        File.AppendAllText(_world.Path("run", "answers", "student", "fog-5.jsonl"), "{\"id\":\"records/percep");
        using TestTerminal resumed = new();
        Assert.True(resumed.Run("evaluate", "--resume", _world.Path("run")) == 0, resumed.Error);

        Assert.Equal(before, File.ReadAllBytes(clean));
        foreach (string pass in (string[])["student/clean", "student/fog-5", "student/noimage", "teacher/clean", "teacher/fog-5", "teacher/noimage"])
        {
            Assert.Equal(Predictions(_world.Path("whole", "answers", pass + ".jsonl")), Predictions(_world.Path("run", "answers", pass + ".jsonl")));
        }

        Assert.Equal(ResultsWithoutClocks("whole"), ResultsWithoutClocks("run"));
    }

    [Fact]
    public void Resume_ChangedRecipeDataOrModel_IsRefusedUnlessAllowed()
    {
        Assert.Equal(0, _terminal.Run("evaluate", Recipe, "models=" + _world.Path("student"), "corruptions=clean", "report.attention=0"));
        File.AppendAllText(_world.Path("student", "config.json"), "\n");
        File.AppendAllText(_world.Path("records.json"), "\n");

        using TestTerminal refused = new();
        Assert.Equal(2, refused.Run("evaluate", "prompts.max_new_tokens=5", "--resume", _world.Path("run")));
        foreach (string text in (string[])["prompts.max_new_tokens: 4 then, 5 now", "records.json: its content has changed", "student: its content has changed", "--allow-changed"])
        {
            Assert.Contains(text, refused.Error, StringComparison.Ordinal);
        }

        using TestTerminal allowed = new();
        Assert.True(allowed.Run("evaluate", $"models=[{_world.Path("student")}, {_world.Path("teacher")}]", "--resume", _world.Path("run"), "--allow-changed") == 0, allowed.Error);
        Assert.Contains("changed: models:", allowed.Error, StringComparison.Ordinal);
        Assert.Contains("going on in", allowed.Error, StringComparison.Ordinal);
        Assert.Contains("The run was changed on its way", allowed.Output, StringComparison.Ordinal);
        Assert.Equal(9, File.ReadAllLines(_world.Path("run", "answers", "teacher", "clean.jsonl")).Length);
        Assert.Equal(9, File.ReadAllLines(_world.Path("run", "answers", "student", "clean.jsonl")).Length);
    }

    [Fact]
    public void Resume_FinishedRunWithOtherStatistics_MakesResultsAnewAndAsksNothing()
    {
        Assert.Equal(0, _terminal.Run("evaluate", Recipe, "report.attention=0"));
        byte[] answers = File.ReadAllBytes(_world.Path("run", "answers", "student", "clean.jsonl"));

        using TestTerminal again = new();
        Assert.True(again.Run("evaluate", "statistics.confidence=0.9", "report.published=true", "--resume", _world.Path("run")) == 0, again.Error);

        Assert.DoesNotContain("changed:", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("answers/s", again.Error, StringComparison.Ordinal);
        Assert.Equal(answers, File.ReadAllBytes(_world.Path("run", "answers", "student", "clean.jsonl")));
        Assert.Contains("GPT-5.1 (published)", File.ReadAllText(_world.Path("run", "report.html")), StringComparison.Ordinal);
        Assert.Contains("90 % intervals", File.ReadAllText(_world.Path("run", "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ModelThatFailsOnSomeQuestions_RecordsThemAndGoesOn()
    {
        // Its embedding of the digit is no number: the questions with it fail, alone and in a batch.
        _world.BreakEmbeddingOf("student", "7");

        Assert.True(_terminal.Run("evaluate", Recipe, "corruptions=clean", "report.attention=0") == 0, _terminal.Error);

        string[] lines = File.ReadAllLines(_world.Path("run", "answers", "student", "clean.jsonl"));
        Assert.Equal(9, lines.Length);
        string failed = Assert.Single(lines, line => line.Contains("\"error\"", StringComparison.Ordinal));
        Assert.Contains("not finite", failed, StringComparison.Ordinal);
        Assert.Contains("student failed on 1 questions", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal((8, 1), Counts());

        using TestTerminal again = new();
        Assert.Equal(0, again.Run("evaluate", "--resume", _world.Path("run"), "--retry-errors"));
        Assert.Equal(10, File.ReadAllLines(_world.Path("run", "answers", "student", "clean.jsonl")).Length);

        using TestTerminal strict = new();
        Assert.Equal(2, strict.Run("evaluate", Recipe, "on_model_error=stop", "output=" + _world.Path("strict")));
        Assert.Contains("on_model_error: stop", strict.Error, StringComparison.Ordinal);
        Assert.Contains("\"state\": \"failed\"", File.ReadAllText(_world.Path("strict", "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerFolderAndJudge_AreScoredTogetherAndNoKeyIsWritten()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ReplyAsync(context, "It keeps going. Total Score: 70"));
        string[] keys =
        [
            $"models=[{_world.Path("student")}, gpt=openai:some-model]", "corruptions=[clean, noimage]", "report.attention=0", "endpoint.base_url=" + server.BaseUrl, "endpoint.key_variable=" + KeyVariable,
            "judge.model=openai:judge", "judge.endpoint.base_url=" + server.BaseUrl, "judge.endpoint.key_variable=" + KeyVariable,
        ];

        Assert.True(_terminal.Run(["evaluate", Recipe, .. keys]) == 0, _terminal.Error);

        Assert.Contains("judge", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("70.0", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal("Bearer " + Key, server.Requests[0].Authorization);
        int asked = server.Requests.Count;
        Assert.True(asked >= 18 + 18, $"{asked} requests");
        Assert.All(Directory.GetFiles(_world.Path("run"), "*", SearchOption.AllDirectories), file =>
            Assert.DoesNotContain(Key, File.ReadAllText(file), StringComparison.Ordinal));

        // Answers and grades are there: nothing is paid for again.
        using TestTerminal again = new();
        Assert.True(again.Run("evaluate", "--resume", _world.Path("run")) == 0, again.Error);
        Assert.Equal(asked, server.Requests.Count);
        Assert.Contains("replies were in the cache", File.ReadAllText(_world.Path("run", "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerThatRefusesHalfWay_EndsWith1AndResumesWithoutAskingTwice()
    {
        bool isOpen = false;
        await using ModelServer server = await ModelServer.StartAsync((context, n) => n < 4 || isOpen
            ? ModelServer.ReplyAsync(context, "fine")
            : ModelServer.ErrorAsync(context, 402, "no credit"));
        string[] keys = ["models=gpt=openai:some-model", "corruptions=clean", "endpoint.base_url=" + server.BaseUrl, "endpoint.key_variable=" + KeyVariable, "endpoint.concurrency=1"];

        Assert.Equal(1, _terminal.Run(["evaluate", Recipe, .. keys]));
        Assert.Contains("gpt could not go on", _terminal.Output, StringComparison.Ordinal);
        Assert.Equal((4, 5), Counts());

        isOpen = true;
        using TestTerminal again = new();
        Assert.True(again.Run("evaluate", "--resume", _world.Path("run")) == 0, again.Error);
        Assert.Equal(4 + 1 + 5, server.Requests.Count);
        Assert.Equal((9, 0), Counts());
    }

    [Theory]
    [InlineData("the key is missing", "models=gpt=openai:m", "endpoint.key_variable=DRIVEKD_TEST_NO_SUCH_KEY")]
    [InlineData("there is no folder", "models=nowhere")]
    [InlineData("config.json", "models=images")]
    [InlineData("is no corruption", "corruptions=fogg")]
    [InlineData("corruptions", "corruption=fog")]
    [InlineData("the key is missing", "judge.model=openai:m", "judge.endpoint.key_variable=DRIVEKD_TEST_NO_SUCH_KEY")]
    public void Run_WhatCannotWork_IsRefusedAndNothingIsLeft(string expected, params string[] keys)
    {
        string working = Directory.GetCurrentDirectory();
        Assert.Equal(2, _terminal.Run(["evaluate", Recipe, .. keys.Select(key => key.Replace("models=images", "models=" + _world.Path("images"), StringComparison.Ordinal))]));
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Path("run")));
        Assert.Equal(working, Directory.GetCurrentDirectory());
    }

    [Fact]
    public void Run_OptionsOfResumptionAlone_AreRefused()
    {
        Assert.Equal(2, _terminal.Run("evaluate", Recipe, "--retry-errors"));
        Assert.Contains("--retry-errors: stands without --resume", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfAnEvaluation_SaysWhereItsPageIs()
    {
        Assert.Equal(0, _terminal.Run("evaluate", Recipe, "corruptions=clean", "models=" + _world.Path("student"), "report.attention=0"));
        using TestTerminal report = new();
        Assert.Equal(2, report.Run("report", _world.Path("run")));
        Assert.Contains("report.html", report.Error, StringComparison.Ordinal);
    }

    private void WriteRecipe(string models, string corruptions) => File.WriteAllText(Recipe, $$"""
        output: {{_world.Path("run")}}
        seed: 7
        models: {{models}}
        data:
          records: records.json
          images: images
        prompts:
          max_new_tokens: 4
        corruptions: [{{corruptions}}]
        batch_size: 2
        statistics:
          resamples: 100
        report:
          examples: 1
          attention: 1
        """);

    /// <summary>Scored and unscored questions of the first model's first pass.</summary>
    private (int Scored, int Unscored) Counts()
    {
        using JsonDocument results = JsonDocument.Parse(File.ReadAllText(_world.Path("run", "results.json")));
        JsonElement pass = results.RootElement.GetProperty("models")[0].GetProperty("passes")[0];
        return (pass.GetProperty("scored").GetInt32(), pass.GetProperty("unscored").GetInt32());
    }

    private static string[] Predictions(string file) =>
    [
        .. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement).Select(answer => $"{answer.GetProperty("id")}: {answer.GetProperty("pred")}").Order(StringComparer.Ordinal),
    ];

    private string ResultsWithoutClocks(string run) => string.Join('\n', File.ReadLines(_world.Path(run, "results.json")).Where(line => !line.Contains("median_seconds", StringComparison.Ordinal)));
}
