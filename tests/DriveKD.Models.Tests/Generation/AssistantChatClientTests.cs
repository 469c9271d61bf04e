using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;
using DriveKD.Tests;
using Microsoft.Extensions.AI;

namespace DriveKD.Models.Tests.Generation;

public sealed class AssistantChatClientTests(TinyModel tiny) : IClassFixture<TinyModel>, IDisposable
{
    private static readonly ChatOptions _short = new() { MaxOutputTokens = 12 };

    private readonly AssistantChatClient _client = new(tiny.Assistant, ownsAssistant: false);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task GetResponse_Text_IsWhatTheAssistantAnswers()
    {
        Answer expected = tiny.Assistant.Answer(
            new Question { Text = "What is ahead?", SystemText = "You drive." }, new GenerationOptions { MaxNewTokens = 12 });
        ChatResponse response = await _client.GetResponseAsync(
            [new ChatMessage(ChatRole.System, "You drive."), new ChatMessage(ChatRole.User, "What is ahead?")], _short);

        Assert.Equal(expected.Text, response.Text);
        Assert.Equal(expected.PromptTokens, response.Usage!.InputTokenCount);
        Assert.Equal(expected.Timings.NewTokens, response.Usage.OutputTokenCount);
        Assert.Equal(expected.StopReason == StopReason.MaxNewTokens ? ChatFinishReason.Length : ChatFinishReason.Stop, response.FinishReason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetResponse_PictureAsDataOrFile_IsSeen(bool asFile)
    {
        using TemporaryFolder folder = new();
        QuestionPicture picture = TinyModel.Picture(shade: 90);
        byte[] png = PngEncoder.Encode(picture.Image);
        File.WriteAllBytes(folder["p.png"], png);
        AIContent content = asFile ? new UriContent(new Uri(folder["p.png"]), "image/png") : new DataContent(png, "image/png");
        Answer expected = tiny.Assistant.Answer(new Question { Text = "What is ahead?", Pictures = [picture] }, new GenerationOptions { MaxNewTokens = 12 });

        ChatResponse response = await _client.GetResponseAsync([new ChatMessage(ChatRole.User, [content, new TextContent("What is ahead?")])], _short);

        Assert.Equal(expected.Text, response.Text);
        Assert.Equal(expected.PromptTokens, response.Usage!.InputTokenCount);
    }

    [Theory]
    [InlineData("Compare <image> with <image>.", true)]
    [InlineData("Compare <image> with <image>.", false)]
    public async Task GetResponse_SeveralPictures_StandWherePartsOrMarksSay(string text, bool byMarks)
    {
        QuestionPicture[] pictures = [TinyModel.Picture(), TinyModel.Picture(shade: 90)];
        DataContent[] data = [.. pictures.Select(picture => new DataContent(PngEncoder.Encode(picture.Image), "image/png"))];
        AIContent[] parts = byMarks
            ? [data[0], data[1], new TextContent(text)]
            : [new TextContent("Compare "), data[0], new TextContent(" with "), data[1], new TextContent(".")];
        Answer expected = tiny.Assistant.Answer(new Question { Text = text, Pictures = pictures }, new GenerationOptions { MaxNewTokens = 12 });

        ChatResponse response = await _client.GetResponseAsync([new ChatMessage(ChatRole.User, parts)], _short);

        Assert.Equal(expected.Text, response.Text);
        Assert.Equal(expected.PromptTokens, response.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task GetStreamingResponse_Pieces_MakeTheResponse()
    {
        ChatMessage[] messages = [new ChatMessage(ChatRole.User, "Describe everything.")];
        ChatOptions options = new() { MaxOutputTokens = 30, Temperature = 2, Seed = 5 };
        ChatResponse whole = await _client.GetResponseAsync(messages, options);
        List<ChatResponseUpdate> updates = await _client.GetStreamingResponseAsync(messages, options).ToListAsync(TestContext.Current.CancellationToken);

        Assert.True(updates.Count > 2);
        ChatResponse streamed = updates.ToChatResponse();
        Assert.Equal((whole.Text, whole.FinishReason), (streamed.Text, streamed.FinishReason));
        Assert.Equal(whole.Usage!.OutputTokenCount, streamed.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task GetStreamingResponse_ReaderStops_NextRequestIsAnswered()
    {
        ChatOptions longOnes = new() { MaxOutputTokens = 100_000, Temperature = 2 };
        ChatOptions some = new() { MaxOutputTokens = 200, Temperature = 2 };
        await foreach (ChatResponseUpdate _ in _client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Go on.")], some))
        {
            break;
        }

        ChatResponse next = await _client.GetResponseAsync([new ChatMessage(ChatRole.User, "What is ahead?")], _short).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.NotEqual(0, next.Usage!.OutputTokenCount);
        InputException refusal = await Assert.ThrowsAsync<InputException>(() => _client.GetResponseAsync([new ChatMessage(ChatRole.User, "Go on.")], longOnes));
        Assert.Contains("100000 new ones may follow", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_Cancelled_EndsAsCancelled()
    {
        using CancellationTokenSource source = new();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.GetResponseAsync([new ChatMessage(ChatRole.User, "Go on.")], _short, source.Token));
    }

    [Fact]
    public async Task GetStreamingResponse_CancelledInTheMiddle_EndsAsCancelled()
    {
        using CancellationTokenSource source = new();
        ChatOptions some = new() { MaxOutputTokens = 400, Temperature = 2 };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate _ in _client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "Go on.")], some, source.Token))
            {
                await source.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task GetResponse_ManyAtOnce_AreAnsweredOneAfterTheOther()
    {
        ChatResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _client.GetResponseAsync([new ChatMessage(ChatRole.User, "What is ahead?")], _short)));

        Assert.Single(responses.Select(response => response.Text).Distinct());
    }

    [Fact]
    public async Task GetResponse_WhatItCannotTake_IsRefusedByName()
    {
        ChatMessage user = new(ChatRole.User, "What is ahead?");
        Task<InputException> Refused(params ChatMessage[] messages) => Assert.ThrowsAsync<InputException>(() => _client.GetResponseAsync(messages, _short));

        Assert.Contains("turn of 'assistant'", (await Refused(user, new ChatMessage(ChatRole.Assistant, "A car."), user)).Message, StringComparison.Ordinal);
        Assert.Contains("several user turns", (await Refused(user, user)).Message, StringComparison.Ordinal);
        Assert.Contains("is empty", (await Refused()).Message, StringComparison.Ordinal);
        Assert.Contains("DataContent", (await Refused(new ChatMessage(ChatRole.User, [new DataContent(new byte[4], "audio/wav")]))).Message, StringComparison.Ordinal);
        Assert.Contains("UriContent", (await Refused(new ChatMessage(ChatRole.User, [new UriContent("https://example.org/a.png", "image/png")]))).Message, StringComparison.Ordinal);
        foreach (ChatOptions options in (ChatOptions[])
            [new() { StopSequences = ["x"] }, new() { ResponseFormat = ChatResponseFormat.Json }, new() { PresencePenalty = 1 }])
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => _client.GetResponseAsync([user], options));
        }
    }

    [Fact]
    public void GetService_KnownTypes_AreFound()
    {
        Assert.Same(_client, _client.GetService(typeof(AssistantChatClient)));
        Assert.Same(tiny.Assistant, _client.GetService(typeof(ModelAssistant)));
        Assert.Equal("drivekd", ((ChatClientMetadata)_client.GetService(typeof(ChatClientMetadata))!).ProviderName);
        Assert.Null(_client.GetService(typeof(string)));
    }
}
