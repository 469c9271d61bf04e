using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;
using DriveKD.Runs.Recipes;
using Microsoft.Extensions.AI;

namespace DriveKD.Evaluation.Answers;

/// <summary>
/// A model behind a chat client, asked several questions at a time, pictures as data. It is given up when a fault concerns every request, or
/// when ten requests in a row have failed: the rest is left unasked, and a resumed run asks it.
/// </summary>
public sealed class ChatAnswerer : IAnswerer
{
    private const int MostFailuresInRow = 10;

    private readonly IChatClient _client;
    private readonly PromptSettings _prompts;
    private readonly int _concurrency;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private int _failuresInRow;
    private string? _gaveUp;

    /// <param name="client">The model; disposed of with this.</param>
    /// <param name="prompts">How questions are put.</param>
    /// <param name="concurrency">Questions under way at a time.</param>
    /// <param name="time">The clock of the answers' seconds; the system's where null.</param>
    public ChatAnswerer(IChatClient client, PromptSettings prompts, int concurrency, TimeProvider? time = null) =>
        (_client, _prompts, _concurrency, _time) = (client, prompts, concurrency, time ?? TimeProvider.System);

    /// <inheritdoc />
    public async Task<string?> AnswerAsync(
        IReadOnlyList<EvaluationQuestion> questions, PassPictures pictures, Action<IReadOnlyList<ModelAnswer>> answered, CancellationToken cancellation)
    {
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = _concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(questions, parallel, async (question, token) =>
        {
            if (HasGivenUp())
            {
                return;
            }

            ModelAnswer? answer = await AnswerAsync(question, pictures, token).ConfigureAwait(false);
            if (answer is not null)
            {
                lock (_gate)
                {
                    answered([answer]);
                }
            }
        }).ConfigureAwait(false);
        return _gaveUp;
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    /// <summary>A question as messages: the system text, then one turn in which each picture stands in its place, or all in front.</summary>
    internal static IReadOnlyList<ChatMessage> ToMessages(PromptSettings prompts, Sample sample, IReadOnlyList<PassPicture> pictures)
    {
        AIContent[] data = [.. pictures.Select(picture => new DataContent(picture.Encoded.Bytes, picture.Encoded.MediaType))];
        string[] texts = sample.Question.Split(Sample.ImagePlaceholder);
        List<AIContent> turn = [];
        if (texts.Length == 1)
        {
            turn.AddRange(data);
            turn.Add(new TextContent(sample.Question));
        }
        else
        {
            // The reader has seen to it that there are as many places as pictures.
            for (int i = 0; i < texts.Length; i++)
            {
                turn.AddRange(i == 0 ? [] : [data[i - 1]]);
                turn.AddRange(string.IsNullOrWhiteSpace(texts[i]) ? [] : [new TextContent(texts[i].Trim())]);
            }
        }

        ChatMessage user = new(ChatRole.User, turn);
        return SystemTexts.For(prompts, sample) is { Length: > 0 } system ? [new ChatMessage(ChatRole.System, system), user] : [user];
    }

    /// <returns>Null where the question was not answered because of what concerns every other too.</returns>
    private async Task<ModelAnswer?> AnswerAsync(EvaluationQuestion question, PassPictures pictures, CancellationToken cancellation)
    {
        Sample sample = question.Sample;
        ModelAnswer draft = new() { Id = question.Id, Question = sample.Question, Gold = sample.Answer };
        long begin = _time.GetTimestamp();
        try
        {
            ChatOptions options = new() { Temperature = (float?)_prompts.Temperature, MaxOutputTokens = _prompts.MaxNewTokens };
            ChatResponse response = await _client.GetResponseAsync(ToMessages(_prompts, sample, pictures.Of(sample)), options, cancellation).ConfigureAwait(false);
            lock (_gate)
            {
                _failuresInRow = 0;
            }

            return draft with
            {
                Pred = response.Text,
                Seconds = Seconds(begin),
                PromptTokens = response.Usage?.InputTokenCount,
                NewTokens = response.Usage?.OutputTokenCount,
                CutOff = response.FinishReason == ChatFinishReason.Length ? true : null,
            };
        }
        catch (EndpointException exception)
        {
            return CountFailure(exception) ? null : draft with { Error = exception.Message, Seconds = Seconds(begin) };
        }
        catch (InputException exception)
        {
            return draft with { Error = exception.Message, Seconds = Seconds(begin) };
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // The boundary of a question: what one model makes of one question does not end the run.
            return draft with { Error = $"{exception.GetType().Name}: {exception.Message}", Seconds = Seconds(begin) };
        }
    }

    private bool HasGivenUp()
    {
        lock (_gate)
        {
            return _gaveUp is not null;
        }
    }

    /// <returns>Whether the failure concerns every request, so that the question counts as not asked.</returns>
    private bool CountFailure(EndpointException failure)
    {
        lock (_gate)
        {
            _failuresInRow++;
            if (failure.ConcernsEveryRequest)
            {
                _gaveUp ??= failure.Message;
            }
            else if (_failuresInRow >= MostFailuresInRow)
            {
                _gaveUp ??= FormattableString.Invariant($"{MostFailuresInRow} requests in a row failed, the last by: {failure.Message}");
            }

            return failure.ConcernsEveryRequest;
        }
    }

    // A millisecond is finer than a network.
    private double Seconds(long begin) => Math.Round(_time.GetElapsedTime(begin).TotalSeconds, 3);
}
