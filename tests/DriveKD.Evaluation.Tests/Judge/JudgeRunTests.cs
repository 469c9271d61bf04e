using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Judge;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using Microsoft.Extensions.AI;

namespace DriveKD.Evaluation.Tests.Judge;

public sealed class JudgeRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HastyTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_SoundJudge_AveragesEachTypeOfQuestion()
    {
        await using ModelServer sound = await JudgeServer((message, _) => message.Contains("Q1", StringComparison.Ordinal) ? JudgeReplies.Of(Rubrics.PlanningOpen, [10, 10, 10, 10, 10]) : JudgeReplies.Full(message));
        List<JudgedRecord> told = [];
        List<JudgeProgress> progress = [];

        JudgeSummary summary = await Run(
            sound,
            [Item(0, Rubrics.PlanningOpen, "Q0"), Item(1, Rubrics.PlanningOpen, "Q1"), Item(2, Rubrics.BehaviorMultipleChoice), Item(3, Rubrics.BehaviorMultipleChoice, obstacle: "there is no answer (pred)"),
                Item(4, null, obstacle: "yes-or-no questions are not judged") with { QuestionType = "prediction" }, Item(5, Rubrics.PerceptionOpen, prediction: " ")],
            onJudged: told.Add,
            progress: new Sink(progress));

        Assert.Equal(
            [
                new JudgeCell("perception", "vqa", 1, 1, 0), new JudgeCell("planning", "vqa", 2, 2, 75), new JudgeCell("behavior", "mcq", 2, 1, 100), new JudgeCell("prediction", null, 1, 0, null),
            ],
            summary.Cells);
        Assert.Equal([new("there is no answer (pred)", 1), new("yes-or-no questions are not judged", 1)], summary.UnscoredReasons);
        Assert.Equal(3, sound.Requests.Count);
        Assert.Equal((3L, 210L, 90L), (summary.Usage.Replies, summary.Usage.InputTokens, summary.Usage.OutputTokens));
        Assert.Equal([0, 1, 2, 3, 4, 5], told.Select(record => record.Item.Index).Order());
        Assert.Equal([0, 1, 2, 3, 4, 5], summary.Records.Select(record => record.Item.Index));
        Assert.Equal((6, 6, 2, 300L), (progress.Count, progress[^1].Done, progress[^1].Unscored, progress[^1].Tokens));
        Assert.Equal(TimeSpan.Zero, progress[^1].Left);
        Assert.Equal(2, summary.WithoutDescription);
        Assert.Null(summary.Stop);
        Assert.All(sound.Requests, request => Assert.Equal(0, request.Json.GetProperty("temperature").GetDouble()));
    }

    [Fact]
    public async Task Run_BadReplyThenGood_AsksAgainWithWhatWasWrong()
    {
        await using ModelServer server = await JudgeServer((message, number) => number == 0 ? "Very good!" : JudgeReplies.Full(message));

        JudgeSummary summary = await Run(server, [Item(0, Rubrics.PlanningOpen)]);

        Assert.Equal(100, summary.Records[0].Verdict.Score);
        Assert.Equal(1, summary.AskedAgain);
        Assert.Equal(2, server.Requests.Count);
        Assert.Contains("could not be used: it holds no JSON object", server.Requests[1].Text, StringComparison.Ordinal);
        Assert.Contains("\"Very good!\"", server.Requests[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BadReplyTwice_IsUnscoredNotAveraged()
    {
        await using ModelServer server = await JudgeServer((message, _) => message.Contains("Q0", StringComparison.Ordinal) ? "{\"points\": {}}" : JudgeReplies.Full(message));

        JudgeSummary summary = await Run(server, [Item(0, Rubrics.PlanningOpen, "Q0"), Item(1, Rubrics.PlanningOpen, "Q1")]);

        Assert.Equal(new JudgeCell("planning", "vqa", 2, 1, 100), Assert.Single(summary.Cells));
        Assert.Equal("the judge's reply could not be used, twice", summary.Records[0].Verdict.Unscored);
        Assert.Contains("'Action Prediction Accuracy' is missing", summary.Records[0].Verdict.Detail, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Run_ReplyCutOff_SaysSo()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ReplyAsync(context, "{\"points\": {", finish: "length"));

        JudgeSummary summary = await Run(server, [Item(0, Rubrics.PlanningOpen)]);

        Assert.Contains("cut off at the greatest number of tokens", summary.Records[0].Verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PublishedForm_IsScoredAndCounted()
    {
        await using ModelServer server = await ModelServer.StartAsync("Total Score: 64\n\nBrief Summary: fair");

        JudgeSummary summary = await Run(server, [Item(0, Rubrics.PlanningOpen)]);

        Assert.Equal((64, 1), (summary.Records[0].Verdict.Score, summary.InOfficialForm));
    }

    [Fact]
    public async Task Run_WithCache_PaysOnce()
    {
        await using ModelServer server = await JudgeServer((message, number) => number % 2 == 0 ? "no" : JudgeReplies.Full(message));
        JudgeItem[] items = [Item(0, Rubrics.PlanningOpen, "Q0"), Item(1, Rubrics.PerceptionOpen, "Q1")];
        JudgeSummary first, second;
        using (JudgeCache cache = OpenCache())
        {
            first = await Run(server, items, Options(server) with { Cache = cache, Concurrency = 1 });
        }

        int asked = server.Requests.Count;
        using (JudgeCache cache = OpenCache())
        {
            second = await Run(server, items, Options(server) with { Cache = cache });
        }

        Assert.Equal(4, asked);
        Assert.Equal(asked, server.Requests.Count);
        Assert.Equal(first.Cells, second.Cells);
        Assert.Equal((0L, 4L, 0L), (second.Usage.Requests, second.FromCache, second.Usage.Tokens));
        Assert.Equal(first.AskedAgain, second.AskedAgain);
    }

    [Fact]
    public async Task Run_Interrupted_ContinuesWithoutPayingTwice()
    {
        using CancellationTokenSource source = new();
        JudgeItem[] items = [.. Enumerable.Range(0, 6).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))];
        await using ModelServer server = await JudgeServer((message, _) => JudgeReplies.Full(message));
        int told = 0;
        using (JudgeCache cache = OpenCache())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run(
                server, items, Options(server) with { Cache = cache, Concurrency = 1 }, onJudged: _ => Stop(), cancellation: source.Token));
        }

        int before = server.Requests.Count;
        using (JudgeCache cache = OpenCache())
        {
            JudgeSummary summary = await Run(server, items, Options(server) with { Cache = cache });
            Assert.Equal(100, Assert.Single(summary.Cells).Mean);
            Assert.Equal(before, summary.FromCache);
        }

        Assert.InRange(before, 3, 5);
        Assert.Equal(6, server.Requests.Select(request => request.Text).Distinct().Count());
        Assert.Equal(6, server.Requests.Count);

        void Stop()
        {
            if (++told == 3)
            {
                source.Cancel();
            }
        }
    }

    [Fact]
    public async Task Run_TwoRunsOnOneCache_ShareItAndAgree()
    {
        // A judge that never says the same twice: what agrees comes from the cache.
        await using ModelServer server = await JudgeServer((_, number) => JudgeReplies.Of(Rubrics.PlanningOpen, [number % 40, 0, 0, 0, 0]));
        JudgeItem[] items = [.. Enumerable.Range(0, 20).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))];
        using JudgeCache one = OpenCache();
        using JudgeCache two = OpenCache();

        JudgeSummary[] summaries = await Task.WhenAll(
            Run(server, items, Options(server) with { Cache = one }), Run(server, items, Options(server) with { Cache = two }));

        Assert.Equal(summaries[0].Records.Select(record => record.Verdict.Score), summaries[1].Records.Select(record => record.Verdict.Score));
        Assert.Equal(20, one.Count);
    }

    [Fact]
    public async Task Run_EqualQuestionsAtOnce_ArePaidForOnce()
    {
        await using ModelServer server = await JudgeServer((message, _) => JudgeReplies.Full(message));
        using JudgeCache cache = OpenCache();

        JudgeSummary summary = await Run(server, [.. Enumerable.Range(0, 8).Select(i => Item(i, Rubrics.PlanningOpen, "Same"))], Options(server) with { Cache = cache, Concurrency = 8 });

        Assert.Single(server.Requests);
        Assert.Equal(7, summary.FromCache);
    }

    [Theory]
    [InlineData(250, null, 3, 1)]
    [InlineData(250, null, 3, 8)]
    [InlineData(null, 0.0003, 2, 1)]
    [InlineData(null, 0.0003, 2, 8)]
    [InlineData(0, null, 0, 8)]
    public async Task Run_BudgetUsedUp_StopsAskingAndCountsTheRest(int? tokens, double? cost, int asked, int concurrency)
    {
        await using ModelServer server = await JudgeServer((message, _) => JudgeReplies.Full(message));
        JudgeItem[] items = [.. Enumerable.Range(0, 10).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))];

        JudgeSummary summary = await Run(server, items, Options(server) with { Concurrency = concurrency, Budget = new JudgeBudget(tokens, cost), Prices = new TokenPrices(1, 3) });

        Assert.Equal(asked, server.Requests.Count);
        Assert.Equal(new JudgeCell("planning", "vqa", 10, asked, asked == 0 ? null : 100), Assert.Single(summary.Cells));
        Assert.StartsWith("the budget of ", summary.Stop, StringComparison.Ordinal);
        Assert.Equal($"not asked: {summary.Stop}", Assert.Single(summary.UnscoredReasons).Key);
        Assert.Null(summary.Fault);
        Assert.Equal(asked * 160e-6, summary.Usage.Cost!.Value, 9);
    }

    [Fact]
    public async Task Run_BudgetFarAway_StillAsksManyAtATime()
    {
        await using ModelServer server = await ModelServer.StartAsync(async (context, number) =>
        {
            await Task.Delay(number == 0 ? 0 : 40);
            await ModelServer.ReplyAsync(context, JudgeReplies.Full(MessageIn(context)));
        });
        JudgeItem[] items = [.. Enumerable.Range(0, 9).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))];

        JudgeSummary summary = await Run(server, items, Options(server) with { Concurrency = 4, Budget = new JudgeBudget(MaxTokens: 1_000_000) });

        Assert.Equal(9, Assert.Single(summary.Cells).Scored);
        Assert.InRange(server.MostUnderWay, 2, 4);
    }

    [Fact]
    public async Task Run_BudgetUsedUp_StillTakesWhatTheCacheHas()
    {
        await using ModelServer server = await JudgeServer((message, _) => JudgeReplies.Full(message));
        JudgeItem[] items = [.. Enumerable.Range(0, 4).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))];
        using JudgeCache cache = OpenCache();
        await Run(server, [items[3]], Options(server) with { Cache = cache });

        JudgeSummary summary = await Run(server, items, Options(server) with { Cache = cache, Concurrency = 1, Budget = new JudgeBudget(MaxTokens: 100) });

        Assert.Equal([100, null, null, 100], summary.Records.Select(record => record.Verdict.Score));
    }

    [Fact]
    public async Task Run_Repeats_MeasureTheJudgesAgreementWithItself()
    {
        int[] points = [40, 40, 34, 20, 20, 20];
        await using ModelServer server = await JudgeServer((_, number) => JudgeReplies.Of(Rubrics.PlanningOpen, [points[number], 0, 0, 0, 0]));
        using JudgeCache cache = OpenCache();
        JudgeItem[] items = [Item(0, Rubrics.PlanningOpen, "Q0"), Item(1, Rubrics.PlanningOpen, "Q1"), Item(2, Rubrics.PlanningOpen, obstacle: "there is no answer (pred)")];
        JudgeRunOptions options = Options(server) with { Cache = cache, Repeats = 3, Concurrency = 1 };

        JudgeSummary summary = await Run(server, items, options);
        JudgeSummary again = await Run(server, items, options);

        // Pairs: 0, 6, 6 of the first answer; 0, 0, 0 of the second.
        Assert.Equal(new SelfAgreement(2, 6, 2, 4 / 6.0), summary.Agreement);
        Assert.Equal(summary.Agreement, again.Agreement);
        Assert.Equal(30, Assert.Single(summary.Cells).Mean);
        Assert.Equal(6, server.Requests.Count);
        Assert.Equal(6, cache.Count);
    }

    [Theory]
    [InlineData(401, "no reply: the key was refused")]
    [InlineData(404, "no reply: no such model or address")]
    public async Task Run_FaultThatConcernsEveryRequest_StopsAtOnce(int status, string reason)
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ErrorAsync(context, status, "no"));
        JudgeItem[] items = [.. Enumerable.Range(0, 30).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))];

        JudgeSummary summary = await Run(server, items, Options(server) with { Concurrency = 1 });

        Assert.Single(server.Requests);
        Assert.Contains($"status {status}", summary.Fault!.What, StringComparison.Ordinal);
        Assert.Equal([new("not asked: a fault that concerns every request", 29), new(reason, 1)], summary.UnscoredReasons);
        Assert.Equal(new JudgeCell("planning", "vqa", 30, 0, null), Assert.Single(summary.Cells));
    }

    [Fact]
    public async Task Run_ServerFailsOnOneQuestion_OthersAreScored()
    {
        await using ModelServer picky = await ModelServer.StartAsync(async (context, _) =>
        {
            string message = MessageIn(context);
            await (message.Contains("Q1", StringComparison.Ordinal) ? ModelServer.ErrorAsync(context, 400, "context length exceeded") : ModelServer.ReplyAsync(context, JudgeReplies.Full(message)));
        });

        JudgeSummary summary = await Run(picky, [.. Enumerable.Range(0, 3).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))]);

        Assert.Equal(new JudgeCell("planning", "vqa", 3, 2, 100), Assert.Single(summary.Cells));
        Assert.Equal("no reply: the request was refused", summary.Records[1].Verdict.Unscored);
        Assert.Contains("context length exceeded", summary.Records[1].Verdict.Detail, StringComparison.Ordinal);
        Assert.Null(summary.Fault);
    }

    [Fact]
    public async Task Run_ServerFailsOnEverything_StopsAfterTenInARow()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ErrorAsync(context, 500, "no"));
        JudgeItem[] items = [.. Enumerable.Range(0, 30).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))];

        JudgeSummary summary = await Run(server, items, Options(server) with { Concurrency = 1 }, settings: Environments.Patient with { Retries = 1 });

        Assert.Equal(20, server.Requests.Count);
        Assert.Equal((20L, 10L), (summary.Usage.Requests, summary.Usage.Retries));
        Assert.Equal("10 requests in a row failed", summary.Stop);
        Assert.NotNull(summary.Fault);
    }

    [Fact]
    public async Task Run_DamagedCache_EndsTheRun()
    {
        await using ModelServer server = await JudgeServer((message, _) => JudgeReplies.Full(message));
        JudgeItem item = Item(0, Rubrics.PlanningOpen);
        JudgeRunOptions options = Options(server);
        using JudgeCache cache = OpenCache();
        string key = CacheKey.Of(options.Identity, JudgePrompt.Write(item), 0);
        cache.Add("else", new CachedReply("r", false, 1, 1));
        using (Microsoft.Data.Sqlite.SqliteConnection connection = new($"Data Source={_folder["cache.sqlite"]};Pooling=False"))
        {
            connection.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
            command.CommandText = "UPDATE reply SET key = $key";
            command.Parameters.AddWithValue("$key", key);
            command.ExecuteNonQuery();
        }

        await Assert.ThrowsAsync<InputException>(() => Run(server, [item], options with { Cache = cache }));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Run_AnyOtherClient_MayFailOnOneQuestion()
    {
        using Stubborn client = new();

        JudgeSummary summary = await new JudgeRun(client, new JudgeRunOptions { Identity = new JudgeIdentity("local", "m", 0, 10) }, _time).RunAsync(
            [Item(0, Rubrics.PlanningOpen, "Q0"), Item(1, Rubrics.PlanningOpen, "Q1"), Item(2, Rubrics.PlanningOpen, "Q2")]);

        Assert.Equal([100, null, null], summary.Records.Select(record => record.Verdict.Score));
        Assert.Equal(["prompt: is too long", "NotSupportedException: nothing doing"], summary.Records.Skip(1).Select(record => record.Verdict.Detail));
        Assert.Equal("the judge failed on the question", Assert.Single(summary.UnscoredReasons).Key);
    }

    [Fact]
    public async Task Run_ServerRepeatsTheKey_ItIsNowhere()
    {
        await using ModelServer server = await ModelServer.StartAsync(async (context, number) =>
        {
            string message = MessageIn(context);
            string echo = context.Request.Headers.Authorization!;
            await (number % 3 == 0 ? ModelServer.ErrorAsync(context, 400, echo)
                : number % 3 == 1 ? ModelServer.ReplyAsync(context, echo)
                : ModelServer.ReplyAsync(context, JudgeReplies.Full(message).Replace("because", $"because {echo}", StringComparison.Ordinal)));
        });
        JudgeSummary summary;
        using (JudgeCache cache = OpenCache())
        {
            summary = await Run(server, [.. Enumerable.Range(0, 6).Select(i => Item(i, Rubrics.PlanningOpen, $"Q{i}"))], Options(server) with { Cache = cache, Concurrency = 1 });
        }

        Assert.Contains(Environments.Key, server.Requests[0].Authorization, StringComparison.Ordinal);
        Assert.Contains("[key]", JsonSerializer.Serialize(summary), StringComparison.Ordinal);
        Assert.DoesNotContain(Environments.Key, JsonSerializer.Serialize(summary) + summary, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.DoesNotContain(Environments.Key, File.ReadAllText(file), StringComparison.Ordinal));
    }

    private static Task<ModelServer> JudgeServer(Func<string, int, string> reply) =>
        ModelServer.StartAsync((context, number) => ModelServer.ReplyAsync(context, reply(MessageIn(context), number)));

    private static string MessageIn(Microsoft.AspNetCore.Http.HttpContext context) => ((ReceivedRequest)context.Items["request"]!).Text;

    private async Task<JudgeSummary> Run(
        ModelServer server, JudgeItem[] items, JudgeRunOptions? options = null, Action<JudgedRecord>? onJudged = null, IProgress<JudgeProgress>? progress = null,
        EndpointSettings? settings = null, CancellationToken cancellation = default)
    {
        using EndpointChatClient client = new(Environments.At(server, settings), _time);
        return await new JudgeRun(client, options ?? Options(server), _time).RunAsync(items, onJudged, progress, cancellation);
    }

    private static JudgeRunOptions Options(ModelServer server) => new() { Identity = new JudgeIdentity(server.BaseUrl, "judge-1", 0, 1024), Concurrency = 4 };

    private JudgeCache OpenCache() => JudgeCache.Open(_folder["cache.sqlite"]);

    private static JudgeItem Item(int index, Rubric? rubric, string? question = null, string prediction = "B. Left.", string? obstacle = null) => new()
    {
        Index = index,
        QuestionType = rubric?.QuestionType,
        Rubric = rubric,
        Question = question ?? string.Create(CultureInfo.InvariantCulture, $"Question {index}"),
        Reference = "B",
        Prediction = prediction,
        Obstacle = obstacle,
    };

    private sealed class Sink(List<JudgeProgress> list) : IProgress<JudgeProgress>
    {
        public void Report(JudgeProgress value) => list.Add(value);
    }

    private sealed class Stubborn : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            string text = messages.Single().Text;
            return text.Contains("Q1", StringComparison.Ordinal) ? throw new InputException("prompt", "is too long")
                : text.Contains("Q2", StringComparison.Ordinal) ? throw new NotSupportedException("nothing doing")
                : Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, JudgeReplies.Full(text))));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
