using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Endpoint = DriveKD.Evaluation.Clients.Endpoint;

namespace DriveKD.Evaluation.Tests.Clients;

public sealed class EndpointChatClientTests
{
    private readonly HastyTime _time = new();

    [Fact]
    public async Task GetResponse_SoundServer_SendsWhatWasSetAndCountsTokens()
    {
        await using ModelServer server = await ModelServer.StartAsync("Hello.");
        using EndpointChatClient client = Client(server, Environments.Patient with { MaxTokens = 55, InputPrice = 2, OutputPrice = 10 });

        ChatResponse response = await client.GetResponseAsync("Hi");

        Assert.Equal("Hello.", response.Text);
        ReceivedRequest request = Assert.Single(server.Requests);
        Assert.Equal(("/v1/chat/completions", $"Bearer {Environments.Key}"), (request.Path, request.Authorization));
        Assert.Equal("judge-1", request.Json.GetProperty("model").GetString());
        Assert.Equal(55, request.Json.GetProperty("max_tokens").GetInt32());
        Assert.False(request.Json.TryGetProperty("max_completion_tokens", out _));
        Assert.Equal(0, request.Json.GetProperty("temperature").GetDouble());
        Assert.Equal("Hi", request.Text);
        Assert.Equal(new UsageTotals { Requests = 1, Retries = 0, Replies = 1, InputTokens = 70, OutputTokens = 30, EstimatedReplies = 0, Cost = 440e-6 }, client.Meter.Totals);
    }

    [Fact]
    public async Task GetResponse_TemperatureNull_SendsNone()
    {
        await using ModelServer server = await ModelServer.StartAsync("Hello.");
        using EndpointChatClient client = Client(server, Environments.Patient with { Temperature = null });

        await client.GetResponseAsync("Hi");

        Assert.False(server.Requests[0].Json.TryGetProperty("temperature", out _));
    }

    [Fact]
    public async Task GetResponse_NoKey_SendsNoAuthorization()
    {
        await using ModelServer server = await ModelServer.StartAsync("Hello.");
        using EndpointChatClient client = new(Endpoint.Resolve("m", Environments.Patient with { BaseUrl = server.BaseUrl }, Environments.Empty), _time);

        await client.GetResponseAsync("Hi");

        Assert.Equal("", server.Requests[0].Authorization);
    }

    [Fact]
    public async Task GetResponse_Pictures_GoAsDataUrlsInTheirPlaces()
    {
        await using ModelServer server = await ModelServer.StartAsync("A car.");
        using EndpointChatClient client = Client(server);
        using TemporaryFolder folder = new();
        byte[] png = PngEncoder.Encode(new RgbImage(2, 1, [1, 2, 3, 4, 5, 6]));
        byte[] jpeg = File.ReadAllBytes(TestPaths.Asset("Images", "rgb.jpg"));
        byte[] bitmap = File.ReadAllBytes(TestPaths.Asset("Images", "rgb.bmp"));
        File.WriteAllBytes(folder["named.wrongly"], jpeg);
        File.WriteAllBytes(folder["picture.bmp"], bitmap);

        await client.GetResponseAsync([new ChatMessage(ChatRole.User,
        [
            new DataContent(png, "image/png"), new TextContent("What"), new UriContent(new Uri(folder["named.wrongly"]), "image/png"),
            new UriContent(new Uri(folder["picture.bmp"]), "image/bmp"), new TextContent("is this?"),
        ])]);

        string[] parts = [.. server.Requests[0].Json.GetProperty("messages")[0].GetProperty("content").EnumerateArray().Select(part =>
            part.GetProperty("type").GetString() == "text" ? part.GetProperty("text").GetString()! : part.GetProperty("image_url").GetProperty("url").GetString()!)];
        Assert.Equal($"data:image/png;base64,{Convert.ToBase64String(png)}", parts[0]);
        Assert.Equal("What", parts[1]);
        Assert.Equal($"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}", parts[2]);
        Assert.StartsWith("data:image/png;base64,", parts[3], StringComparison.Ordinal);
        RgbImage sent = ImageDecoder.Decode(Convert.FromBase64String(parts[3].Split(',')[1]), "sent");
        Assert.Equal(ImageDecoder.Decode(bitmap, "own").Pixels, sent.Pixels);
        Assert.Equal("is this?", parts[4]);
    }

    [Fact]
    public async Task GetResponse_PictureMissing_IsTheUsersMistake()
    {
        await using ModelServer server = await ModelServer.StartAsync("A car.");
        using EndpointChatClient client = Client(server);

        InputException exception = await Assert.ThrowsAsync<InputException>(() =>
            client.GetResponseAsync([new ChatMessage(ChatRole.User, [new UriContent(new Uri("/no/such/picture.png"), "image/png")])]));

        Assert.Contains("/no/such/picture.png", exception.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(429, "7", 7.0)]
    [InlineData(503, "3", 3.0)]
    [InlineData(429, null, 0.5)]
    [InlineData(500, null, 0.5)]
    [InlineData(502, null, 0.5)]
    [InlineData(529, null, 0.5)]
    public async Task GetResponse_FailsThenSucceeds_WaitsAndRepeats(int status, string? retryAfter, double least)
    {
        await using ModelServer server = await ModelServer.StartAsync((context, number) =>
        {
            if (number > 0)
            {
                return ModelServer.ReplyAsync(context, "At last.");
            }

            context.Response.Headers.RetryAfter = retryAfter;
            return ModelServer.ErrorAsync(context, status, "slow down");
        });
        using EndpointChatClient client = Client(server);

        ChatResponse response = await client.GetResponseAsync("Hi");

        Assert.Equal("At last.", response.Text);
        Assert.Equal((2L, 1L), (client.Meter.Totals.Requests, client.Meter.Totals.Retries));
        // The first wait is the first attempt's time-out.
        Assert.InRange(_time.Asked[1].TotalSeconds, least, retryAfter is null ? 1 : least + 0.5);
    }

    [Fact]
    public async Task GetResponse_RetryAfterAsADate_IsWaitedFor()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, number) =>
        {
            if (number > 0)
            {
                return ModelServer.ReplyAsync(context, "At last.");
            }

            context.Response.Headers.RetryAfter = DateTimeOffset.UtcNow.AddSeconds(90).ToString("R", CultureInfo.InvariantCulture);
            return ModelServer.ErrorAsync(context, 429, "slow down");
        });
        using EndpointChatClient client = Client(server);

        await client.GetResponseAsync("Hi");

        Assert.InRange(_time.Asked[1].TotalSeconds, 80, 91);
    }

    [Fact]
    public async Task GetResponse_AskedToWaitForHours_IsNotWaitedFor()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "36000";
            return ModelServer.ErrorAsync(context, 429, "come back tomorrow");
        });
        using EndpointChatClient client = Client(server);

        EndpointException exception = await Fails(client);

        Assert.Equal((EndpointFault.TooManyRequests, 429), (exception.Fault, exception.Status));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task GetResponse_ServerFailsForEver_GivesUpAfterItsRetries()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ErrorAsync(context, 500, "out of memory"));
        using EndpointChatClient client = Client(server, Environments.Patient with { Retries = 4 });

        EndpointException exception = await Fails(client);

        Assert.Equal((EndpointFault.ServerError, 500), (exception.Fault, exception.Status));
        Assert.Contains($"openai:judge-1 at {server.BaseUrl}: status 500 (Internal Server Error): out of memory", exception.Message, StringComparison.Ordinal);
        Assert.Equal(5, server.Requests.Count);
        Assert.Equal(4, client.Meter.Totals.Retries);
        double[] waits = [.. _time.Asked.Select(wait => wait.TotalSeconds).Where(seconds => seconds < 100)];
        Assert.Equal(4, waits.Length);
        Assert.All(waits, (seconds, i) => Assert.InRange(seconds, Math.Pow(2, i) / 2, Math.Pow(2, i)));
    }

    [Fact]
    public async Task GetResponse_ConnectionDropsInMidReply_Repeats()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, number) =>
            number < 2 ? ModelServer.DropAsync(context) : ModelServer.ReplyAsync(context, "At last."));
        using EndpointChatClient client = Client(server);

        Assert.Equal("At last.", (await client.GetResponseAsync("Hi")).Text);
        Assert.Equal(2, client.Meter.Totals.Retries);
    }

    [Fact]
    public async Task GetResponse_ConnectionAlwaysDrops_SaysSo()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.DropAsync(context));
        using EndpointChatClient client = Client(server, Environments.Patient with { Retries = 1 });

        EndpointException exception = await Fails(client);

        Assert.Equal(EndpointFault.Dropped, exception.Fault);
        Assert.Contains("broke off", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_NeverAnswers_TimesOut()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.NeverAsync(context));
        using EndpointChatClient client = Client(server, new EndpointSettings { TimeoutSeconds = 60, Retries = 1 });

        EndpointException exception = await Fails(client);

        Assert.Equal(EndpointFault.Timeout, exception.Fault);
        Assert.Contains("no reply within 60 s", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, client.Meter.Totals.Requests);
    }

    [Fact]
    public async Task GetResponse_HeadersThenSilence_TimesOut()
    {
        await using ModelServer server = await ModelServer.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"choices\":");
            await context.Response.Body.FlushAsync();
            await ModelServer.NeverAsync(context);
        });
        using EndpointChatClient client = Client(server, new EndpointSettings { TimeoutSeconds = 300, Retries = 0 });

        Assert.Equal(EndpointFault.Timeout, (await Fails(client)).Fault);
    }

    [Fact]
    public async Task GetResponse_HalfJson_RepeatsOnceThenSaysSo()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.RawAsync(context, 200, "application/json", ModelServer.Completion("Hello.")[..60]));
        using EndpointChatClient client = Client(server);

        EndpointException exception = await Fails(client);

        Assert.Equal(EndpointFault.Malformed, exception.Fault);
        Assert.Contains("(status 200, application/json) is malformed", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("{\"choices\":[{}]}")]
    [InlineData("{\"choices\":[{\"message\":7}]}")]
    [InlineData("{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":{\"x\":1}},\"finish_reason\":\"stop\"}]}")]
    [InlineData("{\"choices\":[{\"message\":{\"role\":5,\"content\":\"a\"},\"finish_reason\":\"stop\"}]}")]
    public async Task GetResponse_JsonOfAnotherForm_IsMalformed(string body)
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.RawAsync(context, 200, "application/json", body));
        using EndpointChatClient client = Client(server);

        Assert.Equal(EndpointFault.Malformed, (await Fails(client)).Fault);
    }

    [Fact]
    public async Task GetResponse_WebPageInsteadOfJson_NamesTypeAndStart()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.RawAsync(context, 200, "text/html", "<html>Welcome</html>"));
        using EndpointChatClient client = Client(server);

        EndpointException exception = await Fails(client);

        Assert.Contains("text/html", exception.Message, StringComparison.Ordinal);
        Assert.Contains("<html>Welcome", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_SoundJsonOfAnotherContentType_IsRead()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.RawAsync(context, 200, "text/plain", ModelServer.Completion("Hello.")));
        using EndpointChatClient client = Client(server);

        Assert.Equal("Hello.", (await client.GetResponseAsync("Hi")).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetResponse_FiftyMegabytes_AreNotRead(bool declaresLength)
    {
        const int Total = 50_000_000;
        await using ModelServer server = await ModelServer.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = declaresLength ? Total : null;
            byte[] block = new byte[100_000];
            Array.Fill(block, (byte)' ');
            for (int i = 0; i < Total / block.Length && !context.RequestAborted.IsCancellationRequested; i++)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        using EndpointChatClient client = Client(server);

        EndpointException exception = await Fails(client);

        Assert.Equal(EndpointFault.TooLarge, exception.Fault);
        Assert.Contains("longer than 8 MB", exception.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(401, EndpointFault.Unauthorized, "The key in OPENAI_API_KEY was refused")]
    [InlineData(403, EndpointFault.Unauthorized, "The key in OPENAI_API_KEY was refused")]
    [InlineData(402, EndpointFault.NoCredit, "no credit left")]
    [InlineData(404, EndpointFault.NotFound, "does not know the model 'judge-1'")]
    [InlineData(400, EndpointFault.Refused, "The request was refused")]
    [InlineData(422, EndpointFault.Refused, "The request was refused")]
    public async Task GetResponse_RefusedForGood_IsNotRepeatedAndSaysWhatToDo(int status, EndpointFault fault, string advice)
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ErrorAsync(context, status, "The model `judge-1` does not exist"));
        using EndpointChatClient client = Client(server);

        EndpointException exception = await Fails(client);

        Assert.Equal((fault, status), (exception.Fault, exception.Status));
        Assert.Contains($"status {status}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("The model `judge-1` does not exist", exception.Message, StringComparison.Ordinal);
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task GetResponse_NoKeyWhereOneIsNeeded_SaysWhichVariableToSet()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ErrorAsync(context, 401, "no key"));
        using EndpointChatClient client = new(Endpoint.Resolve("m", Environments.Patient with { BaseUrl = server.BaseUrl }, Environments.Empty), _time);

        Assert.Contains("set the environment variable OPENAI_API_KEY", (await Fails(client)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_CreditUsedUp_IsNotRepeated()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ErrorAsync(context, 429, "You exceeded your current quota", "insufficient_quota"));
        using EndpointChatClient client = Client(server);

        Assert.Equal(EndpointFault.NoCredit, (await Fails(client)).Fault);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task GetResponse_Redirected_TakesTheKeyNowhereElse()
    {
        await using ModelServer other = await ModelServer.StartAsync("Got it.");
        await using ModelServer server = await ModelServer.StartAsync((context, _) =>
        {
            context.Response.Redirect($"{other.BaseUrl}/chat/completions");
            return Task.CompletedTask;
        });
        using EndpointChatClient client = Client(server);

        EndpointException exception = await Fails(client);

        Assert.Equal(EndpointFault.Moved, exception.Fault);
        Assert.Contains(other.BaseUrl, exception.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task GetResponse_NobodyListens_IsUnreachable()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}/v1";
        closed.Stop();
        using EndpointChatClient client = new(Endpoint.Resolve("m", Environments.Patient with { BaseUrl = url, Retries = 9 }, Environments.Empty), _time);

        EndpointException exception = await Fails(client);

        Assert.Equal(EndpointFault.Unreachable, exception.Fault);
        Assert.True(exception.ConcernsEveryRequest);
        Assert.Contains($"openai:m at {url}: it cannot be reached", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, client.Meter.Totals.Retries);
    }

    [Fact]
    public async Task GetResponse_ErrorWithStatusOfSuccess_IsAnError()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, number) => number == 0
            ? ModelServer.ErrorAsync(context, 200, "upstream overloaded")
            : ModelServer.ReplyAsync(context, "At last."));
        using EndpointChatClient client = Client(server, Environments.Patient with { Retries = 0 });

        Assert.Contains("upstream overloaded", (await Fails(client)).Message, StringComparison.Ordinal);
        Assert.Equal("At last.", (await client.GetResponseAsync("Hi")).Text);
    }

    [Fact]
    public async Task GetResponse_ManyCallers_NeverExceedTheLimit()
    {
        using SemaphoreSlim both = new(0);
        int waiting = 0;
        await using ModelServer server = await ModelServer.StartAsync(async (context, _) =>
        {
            // The first two wait for each other: the limit is also reached.
            if (Interlocked.Increment(ref waiting) == 2)
            {
                both.Release(1000);
            }

            await both.WaitAsync(TimeSpan.FromSeconds(5), context.RequestAborted);
            await Task.Delay(5);
            await ModelServer.ReplyAsync(context, "Hello.");
        });
        using EndpointChatClient client = Client(server, Environments.Patient with { Concurrency = 2 });

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.GetResponseAsync("Hi")));

        Assert.Equal(12, server.Requests.Count);
        Assert.Equal(2, server.MostUnderWay);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_Cancelled_EndsPromptly(bool whileWaitingToRepeat)
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "500";
            return whileWaitingToRepeat ? ModelServer.ErrorAsync(context, 429, "wait") : ModelServer.NeverAsync(context);
        });
        using EndpointChatClient client = new(Environments.At(server));
        using CancellationTokenSource source = new();
        Task<ChatResponse> response = client.GetResponseAsync("Hi", cancellationToken: source.Token);
        while (server.Requests.Count == 0)
        {
            await Task.Delay(5);
        }

        await Task.Delay(50);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response.WaitAsync(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task GetResponse_WithoutUsage_EstimatesTokens()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.RawAsync(
            context, 200, "application/json", "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"12345678\"},\"finish_reason\":\"stop\"}]}"));
        using EndpointChatClient client = Client(server);

        await client.GetResponseAsync("123456789");

        Assert.Equal((3L, 2L, 1L), (client.Meter.Totals.InputTokens, client.Meter.Totals.OutputTokens, client.Meter.Totals.EstimatedReplies));
    }

    [Fact]
    public async Task GetStreamingResponse_AfterARetry_IsTheWholeReply()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, number) =>
            number == 0 ? ModelServer.DropAsync(context) : ModelServer.ReplyAsync(context, "At last."));
        using EndpointChatClient client = Client(server);

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Hi")]).ToListAsync();

        Assert.Equal("At last.", string.Concat(updates.Select(update => update.Text)));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(200)]
    public async Task GetResponse_ServerRepeatsTheKey_NobodySeesIt(int status)
    {
        const string Escaped = "\\u0073k-test-5e1f0c9a7b3d2468";
        await using ModelServer server = await ModelServer.StartAsync((context, _) => status == 200
            ? ModelServer.RawAsync(context, 200, "application/json", ModelServer.Completion("Your key is KEY, or KEY.").Replace("KEY,", Escaped + ",", StringComparison.Ordinal).Replace("KEY", Environments.Key, StringComparison.Ordinal))
            : ModelServer.ErrorAsync(context, status, $"{new string('x', 290)}{context.Request.Headers.Authorization}"));
        using EndpointChatClient client = Client(server, Environments.Patient with { Retries = 0 });
        string written;
        if (status == 200)
        {
            ChatResponse response = await client.GetResponseAsync("Hi");
            written = response.Text + System.Text.Json.JsonSerializer.Serialize(response, AIJsonUtilities.DefaultOptions);
            Assert.Equal("Your key is [key], or [key].", response.Text);
        }
        else
        {
            EndpointException exception = await Fails(client);
            written = $"{exception} {exception.ToProblem()} {exception.What} {client.Endpoint}";
        }

        Assert.DoesNotContain("sk-test", written, StringComparison.Ordinal);
    }

    private EndpointChatClient Client(ModelServer server, EndpointSettings? settings = null) => new(Environments.At(server, settings), _time);

    private static Task<EndpointException> Fails(EndpointChatClient client) => Assert.ThrowsAsync<EndpointException>(() => client.GetResponseAsync("Hi").WaitAsync(TimeSpan.FromSeconds(10)));
}
