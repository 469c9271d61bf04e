using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using DriveKD.Data.Errors;
using Microsoft.Extensions.AI;

namespace DriveKD.Models.Generation;

/// <summary>
/// A local model as a chat client: system texts and one user turn with pictures in, text out as it is generated. One request at a time;
/// others wait their turn.
/// </summary>
/// <remarks>
/// Pictures are <see cref="DataContent"/>, or <see cref="UriContent"/> of files; each stands in the text where its part stands.
/// Without options the answer is greedy. Earlier turns, tools, stop texts and a required form of reply are refused: the engine has none.
/// </remarks>
public sealed class AssistantChatClient : IChatClient
{
    private readonly ModelAssistant _assistant;
    private readonly bool _ownsAssistant;
    private readonly int _maxTiles;
    private readonly ChatClientMetadata _metadata;
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <param name="assistant">The model.</param>
    /// <param name="ownsAssistant">Whether it is disposed of with this client.</param>
    /// <param name="maxTiles">The most tiles that a picture is cut into; 1 makes it one square, as the method does.</param>
    public AssistantChatClient(ModelAssistant assistant, bool ownsAssistant = true, int maxTiles = 1)
    {
        (_assistant, _ownsAssistant, _maxTiles) = (assistant, ownsAssistant, maxTiles);
        _metadata = new ChatClientMetadata("drivekd", null, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(assistant.Folder))));
    }

    /// <summary>Answers.</summary>
    /// <param name="messages">System texts, then one user turn.</param>
    /// <param name="options">How tokens are chosen, and how many; greedy and 256 where left open.</param>
    /// <param name="cancellationToken">Stops between tokens.</param>
    /// <exception cref="InputException">The messages or the options are not valid, or too long for the model.</exception>
    /// <exception cref="NotSupportedException">The options ask for what the engine does not have.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Question question = ToQuestion(messages, options);
        GenerationOptions generation = ToGeneration(options);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        Answer answer;
        try
        {
            answer = await Task.Run(() => AnswerWhole(question, generation, onText: null, cancellationToken), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, answer.Text))
        {
            FinishReason = FinishOf(answer),
            ModelId = _metadata.DefaultModelId,
            Usage = UsageOf(answer),
        };
    }

    /// <summary>Answers, in pieces of whole characters; the last update has the usage and why the answer ended.</summary>
    /// <inheritdoc cref="GetResponseAsync" />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Question question = ToQuestion(messages, options);
        GenerationOptions generation = ToGeneration(options);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        // A reader who stops reading stops the model too.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Answer>? work = null;
        try
        {
            // As long as an answer at most: a slow reader does not hold the model's thread.
            Channel<string> pieces = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
            work = Task.Run(
                () =>
                {
                    try
                    {
                        return AnswerWhole(question, generation, text => pieces.Writer.TryWrite(text), stop.Token);
                    }
                    finally
                    {
                        pieces.Writer.Complete();
                    }
                },
                CancellationToken.None);
            await foreach (string piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return new ChatResponseUpdate(ChatRole.Assistant, piece) { ModelId = _metadata.DefaultModelId };
            }

            Answer answer = await work.ConfigureAwait(false);
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(UsageOf(answer))])
            {
                FinishReason = FinishOf(answer),
                ModelId = _metadata.DefaultModelId,
            };
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            if (work is not null)
            {
                // What it came to is known already, or nobody wants to know.
                await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            _turn.Release();
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType.IsInstanceOfType(this) ? this
        : serviceType.IsInstanceOfType(_assistant) ? _assistant
        : serviceType.IsInstanceOfType(_metadata) ? _metadata
        : null;

    /// <inheritdoc />
    public void Dispose()
    {
        _turn.Dispose();
        if (_ownsAssistant)
        {
            _assistant.Dispose();
        }
    }

    private Answer AnswerWhole(Question question, GenerationOptions generation, Action<string>? onText, CancellationToken cancellation)
    {
        Answer answer = _assistant.Answer(question, generation, onText: onText, cancellation: cancellation);
        return answer.StopReason == StopReason.Cancelled ? throw new OperationCanceledException(cancellation) : answer;
    }

    private static ChatFinishReason FinishOf(Answer answer) => answer.StopReason == StopReason.MaxNewTokens ? ChatFinishReason.Length : ChatFinishReason.Stop;

    private static UsageDetails UsageOf(Answer answer) => new()
    {
        InputTokenCount = answer.PromptTokens,
        OutputTokenCount = answer.Timings.NewTokens,
        TotalTokenCount = answer.PromptTokens + answer.Timings.NewTokens,
    };

    private Question ToQuestion(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        List<string> system = [.. string.IsNullOrEmpty(options?.Instructions) ? [] : new[] { options.Instructions }];
        ChatMessage? user = null;
        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.System)
            {
                system.Add(message.Text);
            }
            else if (message.Role != ChatRole.User)
            {
                throw new InputException("messages", $"hold a turn of '{message.Role.Value}'; a local model takes system texts and one user turn.");
            }
            else if (user is not null)
            {
                throw new InputException("messages", "hold several user turns; a local model takes one, with all texts and pictures in it.");
            }
            else
            {
                user = message;
            }
        }

        (string text, IReadOnlyList<QuestionPicture> pictures) = ReadTurn(user?.Contents ?? []);
        return new Question
        {
            Text = text,
            Pictures = pictures,
            SystemText = system.Count == 0 ? null : string.Join('\n', system),
            MaxTiles = _maxTiles,
        };
    }

    /// <summary>
    /// A picture's place is where its part stands, unless the text has marks of its own for all of them. Pictures that all stand in
    /// front are left to the model's template, as <c>drivekd ask</c> does.
    /// </summary>
    private static (string Text, IReadOnlyList<QuestionPicture> Pictures) ReadTurn(IEnumerable<AIContent> contents)
    {
        StringBuilder plain = new();
        StringBuilder marked = new();
        List<QuestionPicture> pictures = [];
        bool areInFront = true;
        foreach (AIContent content in contents)
        {
            if (content is TextContent part)
            {
                plain.Append(part.Text);
                marked.Append(part.Text);
                continue;
            }

            pictures.Add(content switch
            {
                DataContent data when data.HasTopLevelMediaType("image") => QuestionPicture.Decode(data.Data.ToArray(), data.Name ?? $"picture {pictures.Count + 1}"),
                UriContent { Uri.IsFile: true } file => QuestionPicture.Read(file.Uri.LocalPath),
                _ => throw new InputException(
                    "messages", $"hold {content.GetType().Name} that a local model cannot take; texts and pictures (data, or URIs of files) are expected."),
            });
            marked.Append(Question.Placeholder);
            areInFront &= plain.Length == 0;
        }

        string text = plain.ToString();
        return (areInFront || text.AsSpan().Count(Question.Placeholder) == pictures.Count ? text : marked.ToString(), pictures);
    }

    private static GenerationOptions ToGeneration(ChatOptions? options)
    {
        GenerationOptions defaults = new();
        if (options is null)
        {
            return defaults;
        }

        string? missing = options.Tools is { Count: > 0 } ? "tools"
            : options.StopSequences is { Count: > 0 } ? "stop texts"
            : options.ResponseFormat is not (null or ChatResponseFormatText) ? "a required form of reply"
            : (options.FrequencyPenalty ?? 0) != 0 || (options.PresencePenalty ?? 0) != 0 ? "frequency or presence penalties"
            : null;
        return missing is not null
            ? throw new NotSupportedException($"A local model has no {missing}.")
            : defaults with
            {
                MaxNewTokens = options.MaxOutputTokens ?? defaults.MaxNewTokens,
                Temperature = options.Temperature ?? defaults.Temperature,
                TopK = options.TopK ?? defaults.TopK,
                TopP = options.TopP ?? defaults.TopP,
                Seed = (ulong)(options.Seed ?? 0),
            };
    }
}
