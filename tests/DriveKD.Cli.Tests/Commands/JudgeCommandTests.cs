using System.Text.Json;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Tests;
using Microsoft.AspNetCore.Http;

namespace DriveKD.Cli.Tests.Commands;

public sealed class JudgeCommandTests : IDisposable
{
    private const string KeyVariable = "DRIVEKD_TEST_JUDGE_KEY";
    private const string Key = "sk-cli-90af73d1c2b8e654";

    private readonly TemporaryFolder _folder = new();
    private readonly TestTerminal _terminal = new();

    public JudgeCommandTests()
    {
        Environment.SetEnvironmentVariable(KeyVariable, Key);
        WriteAnswers(
            Record("planning", 1, "Q0"), Record("planning", 1, "Q1"), Record("behavior", 0, "Q2"), Record("behavior", 0, "Q3", pred: null), Record("prediction", 0, "Q4"));
    }

    public void Dispose()
    {
        _terminal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_Answers_WritesRecordsAndTable()
    {
        await using ModelServer server = await Judge();

        int code = Run(_terminal, server, "--price-input", "10", "--price-output", "20");

        Assert.True(code == ExitCode.Done, _terminal.Error);
        string table = _terminal.Output;
        Assert.Matches(@"planning, open\s+│ 2 │\s+2 │\s+0 │\s+100\.00", table);
        Assert.Matches(@"behavior, choice\s+│ 2 │\s+1 │\s+1 │\s+100\.00", table);
        Assert.Matches(@"prediction, no sheet\s+│ 1 │\s+0 │\s+1 │\s+- ", table);
        Assert.Contains("     1  yes-or-no questions are not judged", table, StringComparison.Ordinal);
        Assert.Contains("2 answers were graded without a description", table, StringComparison.Ordinal);
        Assert.Contains("spent: 3 requests (0 repeated), 210 + 90 tokens, cost 0.0039; 0 replies from the cache", table, StringComparison.Ordinal);
        JsonElement[] lines = ReadOutput();
        Assert.Equal([0, 1, 2, 3, 4], lines.Select(line => line.GetProperty("index").GetInt32()));
        Assert.Equal((100, "planning_vqa", "structured", "because"), (
            lines[0].GetProperty("score").GetInt32(), lines[0].GetProperty("sheet").GetString(), lines[0].GetProperty("form").GetString(), lines[0].GetProperty("reason").GetString()));
        Assert.Equal(40, lines[0].GetProperty("points").GetProperty("Action Prediction Accuracy").GetInt32());
        Assert.Equal("there is no answer (pred)", lines[3].GetProperty("unscored").GetString());
        Assert.False(lines[3].TryGetProperty("score", out _));
    }

    [Fact]
    public async Task Run_Again_TakesTheCacheAndWritesTheSame()
    {
        await using ModelServer server = await Judge();
        Run(_terminal, server);
        byte[] first = File.ReadAllBytes(_folder["out.jsonl"]);
        using TestTerminal again = new();

        int code = Run(again, server);

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(first, File.ReadAllBytes(_folder["out.jsonl"]));
        Assert.Contains("spent: 0 requests", again.Output, StringComparison.Ordinal);
        Assert.Contains("3 replies from the cache", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AsJson_HoldsEverything()
    {
        await using ModelServer server = await Judge();

        Run(_terminal, server, "--json", "--repeats", "2", "--cache", _folder["kept.sqlite"]);

        using JsonDocument document = JsonDocument.Parse(_terminal.Output);
        JsonElement root = document.RootElement;
        JsonElement planning = root.GetProperty("tasks").GetProperty("planning").GetProperty("vqa");
        Assert.Equal((2, 2, 0, 100.0), (planning.GetProperty("n").GetInt32(), planning.GetProperty("scored").GetInt32(), planning.GetProperty("unscored").GetInt32(), planning.GetProperty("mean").GetDouble()));
        Assert.Equal(1, root.GetProperty("tasks").GetProperty("behavior").GetProperty("mcq").GetProperty("unscored").GetInt32());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("without_sheet").GetProperty("prediction").GetProperty("mean").ValueKind);
        Assert.Equal(1, root.GetProperty("unscored_reasons").GetProperty("there is no answer (pred)").GetInt32());
        Assert.Equal(1.0, root.GetProperty("self_agreement").GetProperty("exact_agreement").GetDouble());
        Assert.Equal(3, root.GetProperty("self_agreement").GetProperty("pairs").GetInt32());
        Assert.Equal(6, root.GetProperty("usage").GetProperty("requests").GetInt32());
        Assert.Equal($"openai:judge-1 at {server.BaseUrl}", root.GetProperty("judge").GetString());
        Assert.True(File.Exists(_folder["kept.sqlite"]));
        Assert.Equal("[100,100]", ReadOutput()[0].GetProperty("repeats").GetRawText());
    }

    [Fact]
    public async Task Run_BudgetReached_SaysSoAndCountsTheRest()
    {
        await using ModelServer server = await Judge();

        int code = Run(_terminal, server, "--budget-tokens", "100", "--concurrency", "1");

        Assert.Equal(ExitCode.Done, code);
        Assert.Single(server.Requests);
        Assert.Contains("     2  not asked: the budget of 100 tokens is used up", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("stopped asking: the budget of 100 tokens is used up", _terminal.Output, StringComparison.Ordinal);
        Assert.Matches(@"planning, open\s+│ 2 │\s+1 │\s+1 │\s+100\.00", _terminal.Output);
    }

    [Fact]
    public async Task Run_KeyRefused_IsAMistakeAndLeavesTheRecords()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ErrorAsync(context, 401, $"bad key: {context.Request.Headers.Authorization}"));

        int code = Run(_terminal, server);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains($"error: openai:judge-1 at {server.BaseUrl}: status 401", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains($"The key in {KeyVariable} was refused", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(5, ReadOutput().Length);
    }

    [Fact]
    public async Task Run_NothingGraded_FailsTheCheck()
    {
        await using ModelServer server = await ModelServer.StartAsync("I would rather not.");

        Assert.Equal(ExitCode.CheckFailed, Run(_terminal, server));
        Assert.Contains("the judge's reply could not be used, twice", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerRepeatsTheKey_NothingThatIsWrittenHoldsIt()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, number) =>
        {
            string echo = context.Request.Headers.Authorization!;
            return number == 0 ? ModelServer.ErrorAsync(context, 400, echo)
                : number == 1 ? ModelServer.ReplyAsync(context, echo)
                : ModelServer.ReplyAsync(context, JudgeReplies.Full(MessageIn(context)).Replace("because", echo, StringComparison.Ordinal));
        });
        Run(_terminal, server, "--concurrency", "1");
        using TestTerminal json = new();
        Run(json, server, "--json");

        Assert.Equal($"Bearer {Key}", server.Requests[0].Authorization);
        Assert.Contains("[key]", File.ReadAllText(_folder["out.jsonl"]), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, _terminal.Output + _terminal.Error + json.Output + json.Error, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.DoesNotContain(Key, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Interrupted_EndsAsCancelledAndGoesOnLater()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, number) =>
        {
            if (number == 1)
            {
                _terminal.Interrupt();
                return ModelServer.NeverAsync(context);
            }

            return ModelServer.ReplyAsync(context, JudgeReplies.Full(MessageIn(context)));
        });

        int code = Run(_terminal, server, "--concurrency", "1");

        Assert.Equal(ExitCode.Cancelled, code);
        Assert.Contains("start again to go on", _terminal.Error, StringComparison.Ordinal);
        using TestTerminal again = new();
        Assert.Equal(ExitCode.Done, Run(again, server));
        Assert.Contains("1 replies from the cache", again.Output, StringComparison.Ordinal);
        Assert.Equal(5, ReadOutput().Length);
    }

    [Fact]
    public void Run_LocalFolder_IsAskedLikeAnyJudge()
    {
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset("tiny"), Folder = _folder["model"], Seed = 1 });
        WriteAnswers(Record("behavior", 0, "Q"));

        int code = _terminal.Run("judge", _folder["answers.json"], "--judge", _folder["model"], "--out", _folder["out.jsonl"], "--max-tokens", "8");

        // Random weights babble: what matters is that they were asked, twice, and given no grade.
        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains("the judge's reply could not be used, twice", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("2 requests", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MistakesInTheArguments_AreToldTogetherBeforeAnythingIsAsked()
    {
        int code = _terminal.Run(
            "judge", _folder["answers.json"], "--judge", "openai:m", "--out", _folder["answers.json"], "--repeats", "0", "--concurrency", "0", "--budget-cost", "1", "--timeout", "-1");

        Assert.Equal(ExitCode.BadInput, code);
        foreach (string option in (string[])["--repeats", "--concurrency", "--budget-cost", "--timeout", "--out"])
        {
            Assert.Contains($"  {option}: ", _terminal.Error, StringComparison.Ordinal);
        }

        Assert.StartsWith("[", File.ReadAllText(_folder["answers.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai:m", "--key-variable", "DRIVEKD_TEST_NO_SUCH_KEY", "the environment variable DRIVEKD_TEST_NO_SUCH_KEY is not set")]
    [InlineData("no/such/folder", "--device", "cpu", "'no/such/folder' is no folder")]
    [InlineData("openai:", "--device", "cpu", "openai:MODEL")]
    public void Run_JudgeThatCannotBeAsked_IsAMistake(string judge, string option, string value, string message)
    {
        int code = _terminal.Run("judge", _folder["answers.json"], "--judge", judge, "--out", _folder["out.jsonl"], "--base-url", "http://127.0.0.1:9/v1", option, value);

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(message, _terminal.Error, StringComparison.Ordinal);
    }

    private static Task<ModelServer> Judge() =>
        ModelServer.StartAsync((context, _) => ModelServer.ReplyAsync(context, JudgeReplies.Full(MessageIn(context))));

    private static string MessageIn(HttpContext context) => ((ReceivedRequest)context.Items["request"]!).Text;

    private int Run(TestTerminal terminal, ModelServer server, params string[] more) => terminal.Run(
        ["judge", _folder["answers.json"], "--judge", "openai:judge-1", "--base-url", server.BaseUrl, "--key-variable", KeyVariable, "--out", _folder["out.jsonl"], .. more]);

    private JsonElement[] ReadOutput() => [.. File.ReadAllLines(_folder["out.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)];

    private void WriteAnswers(params object[] records) => File.WriteAllText(_folder["answers.json"], JsonSerializer.Serialize(records));

    private static object Record(string type, int tag, string question, string? pred = "B. Left.") => new
    {
        scene_token = "s",
        frame_token = "f",
        question_type = type,
        question,
        answer = "B",
        tag = new[] { tag },
        image_path = new { CAM_FRONT = "a.jpg" },
        pred,
    };
}
