using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace DriveKD.Evaluation.Clients;

/// <summary>
/// A model behind a server that speaks the OpenAI API, through the OpenAI package: at most so many requests at a time, each attempt
/// within its time, repeated with growing pauses while that may help. Safe for many callers at once.
/// </summary>
public sealed class EndpointChatClient : IChatClient
{
    // Before the first reply an address that nobody listens at is more likely wrong than restarting.
    private const int RetriesBeforeFirstReply = 2;
    private const int RetriesOfMalformed = 1;

    private readonly TimeProvider _time;
    private readonly Func<double> _random;
    private readonly EndpointFaults _faults;
    private readonly HttpClient _http;
    private readonly IChatClient _inner;
    private readonly SemaphoreSlim _slots;
    private volatile bool _hasReplied;

    /// <param name="endpoint">Whom to ask.</param>
    /// <param name="time">The clock of time-outs and pauses; the system's where null.</param>
    /// <param name="random">0 to 1, the random part of pauses; need not be repeatable.</param>
    public EndpointChatClient(Endpoint endpoint, TimeProvider? time = null, Func<double>? random = null)
    {
        Endpoint = endpoint;
        _time = time ?? TimeProvider.System;
        _random = random ?? Random.Shared.NextDouble;
        _faults = new EndpointFaults(endpoint, _time);
        _slots = new SemaphoreSlim(endpoint.Settings.Concurrency);
        Meter = new UsageMeter(PricesOf(endpoint.Settings));
        SocketsHttpHandler sockets = new()
        {
            // A redirected POST becomes a GET, and takes the key elsewhere.
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        _http = new HttpClient(new EndpointHandler(endpoint, _faults, sockets)) { Timeout = Timeout.InfiniteTimeSpan };
        OpenAIClientOptions options = new()
        {
            Endpoint = endpoint.BaseUrl,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
        };
        _inner = new ChatClient(endpoint.Model, new ApiKeyCredential(ApiKey.Mask), options).AsIChatClient();
    }

    /// <summary>Whom it asks.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>What was asked up to now.</summary>
    public UsageMeter Meter { get; }

    /// <summary>Asks, with the endpoint's temperature and greatest number of tokens where the options leave them open.</summary>
    /// <param name="messages">Texts and pictures (<see cref="DataContent"/>, or <see cref="UriContent"/> of a file).</param>
    /// <param name="options">Overrides of the endpoint's settings.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="EndpointException">No answer came.</exception>
    /// <exception cref="InputException">A picture's file cannot be used.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> prepared = PictureContents.Embed(messages);
        ChatOptions complete = Complete(options);
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ChatResponse response = await AskAsync(prepared, complete, cancellationToken).ConfigureAwait(false);
            Scrub(response);
            Meter.CountReply(prepared, response);
            return response;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>The same, as updates. They come when the reply is whole: an attempt that fails half-way can be repeated, a text once shown not be taken back.</summary>
    /// <inheritdoc cref="GetResponseAsync" />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : _inner.GetService(serviceType, serviceKey);

    /// <inheritdoc />
    public void Dispose()
    {
        _inner.Dispose();
        _http.Dispose();
        _slots.Dispose();
    }

    private static TokenPrices? PricesOf(EndpointSettings settings) =>
        settings.InputPrice is null && settings.OutputPrice is null ? null : new TokenPrices(settings.InputPrice ?? 0, settings.OutputPrice ?? 0);

    private async Task<ChatResponse> AskAsync(IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        for (int retry = 0; ; retry++)
        {
            EndpointException failure;
            try
            {
                ChatResponse response = await AttemptAsync(messages, options, isRetry: retry > 0, cancellationToken).ConfigureAwait(false);
                _hasReplied = true;
                return response;
            }
            catch (EndpointException exception) when (MayRepeat(exception, retry))
            {
                failure = exception;
            }

            await Task.Delay(RetryDelay.Of(retry, failure.RetryAfter, _random()), _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool MayRepeat(EndpointException failure, int retry) =>
        failure.IsTransient
        && !(failure.RetryAfter > RetryDelay.LongestAsked)
        && retry < failure.Fault switch
        {
            EndpointFault.Malformed => Math.Min(RetriesOfMalformed, Endpoint.Settings.Retries),
            EndpointFault.Unreachable when !_hasReplied => Math.Min(RetriesBeforeFirstReply, Endpoint.Settings.Retries),
            _ => Endpoint.Settings.Retries,
        };

    private async Task<ChatResponse> AttemptAsync(IReadOnlyList<ChatMessage> messages, ChatOptions options, bool isRetry, CancellationToken cancellationToken)
    {
        double seconds = Endpoint.Settings.TimeoutSeconds;
        using CancellationTokenSource timer = new(TimeSpan.FromSeconds(seconds), _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        Meter.CountRequest(isRetry);
        try
        {
            return await _inner.GetResponseAsync(messages, options, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && timer.IsCancellationRequested)
        {
            throw _faults.Timeout(seconds);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or EndpointException or InputException))
        {
            // The boundary of a request: a reply that passed our checks and still broke the package's reader. Its text may hold anything.
            throw _faults.Malformed(200, null, $"it cannot be read ({exception.GetType().Name})");
        }
    }

    private ChatOptions Complete(ChatOptions? options)
    {
        ChatOptions complete = options?.Clone() ?? new ChatOptions();
        complete.Temperature ??= (float?)Endpoint.Settings.Temperature;
        complete.MaxOutputTokens ??= Endpoint.Settings.MaxTokens;
        if (!Endpoint.IsOpenAI && complete.RawRepresentationFactory is null)
        {
            // OpenAI's newer name of the limit is not known to every other server; the older one is.
            int limit = complete.MaxOutputTokens.Value;
            complete.MaxOutputTokens = null;
            complete.RawRepresentationFactory = _ => LimitedTo(limit);
        }

        return complete;
    }

    private static ChatCompletionOptions LimitedTo(int tokens)
    {
        ChatCompletionOptions options = new();
#pragma warning disable SCME0001 // The package's way to send what it has no property for.
        options.Patch.Set("$.max_tokens"u8, tokens);
#pragma warning restore SCME0001
        return options;
    }

    private void Scrub(ChatResponse response)
    {
        if (Endpoint.Key is not { } key)
        {
            return;
        }

        foreach (TextContent content in response.Messages.SelectMany(message => message.Contents).OfType<TextContent>())
        {
            content.Text = key.Scrub(content.Text);
        }
    }
}
