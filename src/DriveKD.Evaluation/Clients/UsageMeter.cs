using Microsoft.Extensions.AI;

namespace DriveKD.Evaluation.Clients;

/// <summary>Counts what is asked of a model, from any thread.</summary>
/// <param name="prices">What tokens cost; null where it is not known.</param>
public sealed class UsageMeter(TokenPrices? prices = null)
{
    private const int CharactersPerToken = 4;

    private readonly Lock _gate = new();
    private long _requests;
    private long _retries;
    private long _replies;
    private long _input;
    private long _output;
    private long _estimated;

    /// <summary>The counts as they stand.</summary>
    public UsageTotals Totals
    {
        get
        {
            lock (_gate)
            {
                return new UsageTotals
                {
                    Requests = _requests,
                    Retries = _retries,
                    Replies = _replies,
                    InputTokens = _input,
                    OutputTokens = _output,
                    EstimatedReplies = _estimated,
                    Cost = prices?.CostOf(_input, _output),
                };
            }
        }
    }

    /// <summary>A request goes out.</summary>
    /// <param name="isRetry">It repeats one that failed.</param>
    public void CountRequest(bool isRetry)
    {
        lock (_gate)
        {
            _requests++;
            _retries += isRetry ? 1 : 0;
        }
    }

    /// <summary>A reply came.</summary>
    /// <param name="messages">What was asked.</param>
    /// <param name="response">The reply.</param>
    /// <returns>The tokens sent and received; estimated where the reply does not say.</returns>
    public (long Input, long Output) CountReply(IEnumerable<ChatMessage> messages, ChatResponse response)
    {
        UsageDetails? usage = response.Usage;
        bool isEstimated = usage?.InputTokenCount is null || usage.OutputTokenCount is null;
        long input = usage?.InputTokenCount ?? Estimate(messages.Sum(message => message.Text.Length));
        long output = usage?.OutputTokenCount ?? Estimate(response.Text.Length);
        // A server's count is not trusted to be one.
        (input, output) = (Math.Clamp(input, 0, int.MaxValue), Math.Clamp(output, 0, int.MaxValue));
        lock (_gate)
        {
            _replies++;
            _input += input;
            _output += output;
            _estimated += isEstimated ? 1 : 0;
        }

        return (input, output);
    }

    private static long Estimate(int characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;
}
