using System.Collections.Concurrent;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Clients;
using Microsoft.Extensions.AI;

namespace DriveKD.Evaluation.Judge;

/// <summary>Where replies come from: the cache, else the judge, as long as there is budget and no fault that concerns every request.</summary>
internal sealed class ReplySource(IChatClient client, JudgeIdentity identity, JudgeCache? cache, JudgeBudget budget, UsageMeter meter)
{
    // A server that fails this often in a row will fail the rest too, after minutes of waiting for each.
    private const int MostFailuresInRow = 10;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _underWay = new(StringComparer.Ordinal);
    private readonly BudgetGate _budget = new(budget, meter);
    private readonly Lock _gate = new();
    private readonly ChatOptions _options = new() { Temperature = (float?)identity.Temperature, MaxOutputTokens = identity.MaxTokens };
    private int _failuresInRow;
    private long _fromCache;

    /// <summary>Why no more is asked; null while it is.</summary>
    public string? Stop { get; private set; }

    /// <summary>The fault that stopped the asking, where one did.</summary>
    public Problem? Fault { get; private set; }

    /// <summary>Replies that the cache had.</summary>
    public long FromCache => Interlocked.Read(ref _fromCache);

    /// <summary>The reply to a message.</summary>
    /// <exception cref="NotAskedException">The run has stopped asking.</exception>
    /// <exception cref="EndpointException">No answer came.</exception>
    /// <exception cref="JudgeRefusalException">The judge cannot take this message.</exception>
    /// <exception cref="InputException">The cache is damaged.</exception>
    public async Task<CachedReply> GetAsync(string message, int repeat, CancellationToken cancellation)
    {
        string key = CacheKey.Of(identity, message, repeat);
        // Equal questions under way at the same time are paid for once.
        SemaphoreSlim turn = _underWay.GetOrAdd(key, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (cache?.Find(key) is CachedReply found)
            {
                Interlocked.Increment(ref _fromCache);
                return found;
            }

            CachedReply reply = await AskAsync(message, cancellation).ConfigureAwait(false);
            return cache?.Add(key, reply) ?? reply;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<CachedReply> AskAsync(string message, CancellationToken cancellation)
    {
        string? exhaustion = await _budget.EnterAsync(cancellation).ConfigureAwait(false);
        if (exhaustion is not null)
        {
            StopFor(exhaustion);
            throw new NotAskedException(Stop!);
        }

        try
        {
            return Stop is null ? await SendAsync(message, cancellation).ConfigureAwait(false) : throw new NotAskedException(Stop);
        }
        finally
        {
            _budget.Leave();
        }
    }

    private async Task<CachedReply> SendAsync(string message, CancellationToken cancellation)
    {
        ChatMessage[] messages = [new ChatMessage(ChatRole.User, message)];
        try
        {
            ChatResponse response = await client.GetResponseAsync(messages, _options, cancellation).ConfigureAwait(false);
            lock (_gate)
            {
                _failuresInRow = 0;
            }

            (long input, long output) = meter.CountReply(messages, response);
            return new CachedReply(response.Text, response.FinishReason == ChatFinishReason.Length, input, output);
        }
        catch (EndpointException exception)
        {
            CountFailure(exception);
            throw;
        }
        catch (InputException exception)
        {
            throw new JudgeRefusalException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The boundary of a question: what one judge makes of one message does not end the run.
            throw new JudgeRefusalException($"{exception.GetType().Name}: {exception.Message}", exception);
        }
    }

    private void StopFor(string reason)
    {
        lock (_gate)
        {
            Stop ??= reason;
        }
    }

    private void CountFailure(EndpointException failure)
    {
        lock (_gate)
        {
            _failuresInRow++;
            if (Fault is null && (failure.ConcernsEveryRequest || _failuresInRow >= MostFailuresInRow))
            {
                Fault = failure.ToProblem();
                Stop ??= failure.ConcernsEveryRequest ? "a fault that concerns every request" : $"{MostFailuresInRow} requests in a row failed";
            }
        }
    }
}
