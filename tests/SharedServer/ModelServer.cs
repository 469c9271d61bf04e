using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DriveKD.Tests;

/// <summary>A real HTTP server on a free port of this machine that speaks the OpenAI API, well or badly, as a test says.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Func<HttpContext, int, Task> _answer;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private int _count;
    private int _underWay;
    private int _mostUnderWay;

    private ModelServer(Func<HttpContext, int, Task> answer)
    {
        _answer = answer;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MinResponseDataRate = null;
        });
        _application = builder.Build();
        _application.Run(HandleAsync);
    }

    /// <summary>Where it listens, as a base URL.</summary>
    public string BaseUrl => $"{_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/v1";

    /// <summary>Requests received, in order.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>The most requests that were under way at one time.</summary>
    public int MostUnderWay => _mostUnderWay;

    /// <summary>Starts one.</summary>
    /// <param name="answer">What it does with request number n, counted from 0.</param>
    public static async Task<ModelServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        ModelServer server = new(answer);
        await server._application.StartAsync();
        return server;
    }

    /// <summary>A server that answers every request with a text.</summary>
    public static Task<ModelServer> StartAsync(string text) => StartAsync((context, _) => ReplyAsync(context, text));

    /// <summary>A sound reply.</summary>
    public static Task ReplyAsync(HttpContext context, string text, int inputTokens = 70, int outputTokens = 30, string finish = "stop") =>
        RawAsync(context, 200, "application/json", Completion(text, inputTokens, outputTokens, finish));

    /// <summary>The JSON of a sound reply.</summary>
    public static string Completion(string text, int inputTokens = 70, int outputTokens = 30, string finish = "stop") => JsonSerializer.Serialize(new
    {
        id = "c1",
        @object = "chat.completion",
        created = 1,
        model = "m",
        choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = finish } },
        usage = new { prompt_tokens = inputTokens, completion_tokens = outputTokens, total_tokens = inputTokens + outputTokens },
    });

    /// <summary>Any reply.</summary>
    public static Task RawAsync(HttpContext context, int status, string? contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>An error as OpenAI writes it.</summary>
    public static Task ErrorAsync(HttpContext context, int status, string message, string? code = null) =>
        RawAsync(context, status, "application/json", JsonSerializer.Serialize(new { error = new { message, code } }));

    /// <summary>Waits until the client goes away.</summary>
    public static async Task NeverAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>The end of a connection in the middle of a reply.</summary>
    public static async Task DropAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = 5000;
        await context.Response.WriteAsync(Completion("half")[..20]);
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        int now = Interlocked.Increment(ref _underWay);
        InterlockedMax(now);
        try
        {
            using StreamReader reader = new(context.Request.Body, Encoding.UTF8);
            string body = await reader.ReadToEndAsync();
            ReceivedRequest request = new(context.Request.Path, context.Request.Headers.Authorization.ToString(), body);
            context.Items["request"] = request;
            _requests.Enqueue(request);
            await _answer(context, Interlocked.Increment(ref _count) - 1);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private void InterlockedMax(int value)
    {
        int seen;
        while ((seen = _mostUnderWay) < value && Interlocked.CompareExchange(ref _mostUnderWay, value, seen) != seen)
        {
        }
    }
}
