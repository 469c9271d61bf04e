using System.Text.Json;
using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.Clients;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Evaluation.Tests.Answers;

public sealed class ChatAnswererTests : IDisposable
{
    private static readonly PromptSettings _prompts = new() { System = PromptSettings.DriveBenchSystem, MaxNewTokens = 33 };

    private readonly Scene _scene = new(2);
    private readonly List<ModelAnswer> _answers = [];

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task AnswerAsync_CleanPictures_SendsFilesAsTheyAreInTheirOrderThenTheQuestion()
    {
        await using ModelServer server = await ModelServer.StartAsync("A. It goes ahead.");

        Assert.Null(await Ask(server, count: 1));

        JsonElement request = Assert.Single(server.Requests).Json;
        JsonElement[] messages = [.. request.GetProperty("messages").EnumerateArray()];
        Assert.Equal(["system", "user"], messages.Select(message => message.GetProperty("role").GetString()));
        Assert.Contains("2 pictures, of these cameras in this order: CAM_FRONT, CAM_BACK", messages[0].ToString(), StringComparison.Ordinal);
        JsonElement[] parts = [.. messages[1].GetProperty("content").EnumerateArray()];
        Assert.Equal(["image_url", "image_url", "text"], parts.Select(part => part.GetProperty("type").GetString()));
        for (int i = 0; i < 2; i++)
        {
            string address = parts[i].GetProperty("image_url").GetProperty("url").GetString()!;
            Assert.StartsWith("data:image/png;base64,", address, StringComparison.Ordinal);
            Assert.Equal(File.ReadAllBytes(_scene.Samples[0].Images[i].FullPath!), Convert.FromBase64String(address[(address.IndexOf(',') + 1)..]));
        }

        Assert.Equal(_scene.Samples[0].Question, parts[2].GetProperty("text").GetString());
        Assert.Equal((0, 33), (request.GetProperty("temperature").GetDouble(), request.GetProperty("max_tokens").GetInt32()));
        ModelAnswer answer = Assert.Single(_answers);
        Assert.Equal(("A. It goes ahead.", "A", 70L, 30L, null), (answer.Pred, answer.Gold, answer.PromptTokens, answer.NewTokens, answer.CutOff));
    }

    [Fact]
    public async Task AnswerAsync_NoImage_SendsBlackSquaresAndThePromptUnchanged()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ReplyAsync(context, "cut", finish: "length"));

        Assert.Null(await Ask(server, count: 1, corruption: "noimage"));

        JsonElement[] parts = [.. server.Requests[0].Json.GetProperty("messages")[1].GetProperty("content").EnumerateArray()];
        string[] addresses = [.. parts[..2].Select(part => part.GetProperty("image_url").GetProperty("url").GetString()!)];
        Assert.Equal(addresses[0], addresses[1]);
        DriveKD.Data.Imaging.RgbImage black = DriveKD.Data.Imaging.ImageDecoder.Decode(Convert.FromBase64String(addresses[0][(addresses[0].IndexOf(',') + 1)..]), "black");
        Assert.Equal((224, 224, 0), (black.Width, black.Height, black.Pixels.Max()));
        Assert.Contains("CAM_FRONT, CAM_BACK", server.Requests[0].Body, StringComparison.Ordinal);
        Assert.True(Assert.Single(_answers).CutOff);
    }

    [Fact]
    public async Task AnswerAsync_ServerThatFailsOnOneQuestion_RecordsTheErrorAndGoesOn()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, n) => n == 4
            ? ModelServer.ErrorAsync(context, 400, $"this picture is not allowed for {Environments.Key}")
            : ModelServer.ReplyAsync(context, "fine"));

        Assert.Null(await Ask(server, concurrency: 1));

        Assert.Equal(12, _answers.Count);
        ModelAnswer failed = Assert.Single(_answers, answer => answer.Error is not null);
        Assert.Null(failed.Pred);
        Assert.Contains("this picture is not allowed", failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Environments.Key, failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerAsync_RefusedKey_GivesUpAndCountsNothingAsAnswered()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, n) => n < 2
            ? ModelServer.ReplyAsync(context, "fine")
            : ModelServer.ErrorAsync(context, 401, "bad key"));

        string? reason = await Ask(server, concurrency: 1);

        Assert.Contains("401", reason, StringComparison.Ordinal);
        Assert.Equal((2, 3), (_answers.Count, server.Requests.Count));
        Assert.All(_answers, answer => Assert.Null(answer.Error));
    }

    [Fact]
    public async Task AnswerAsync_NobodyListens_GivesUpWithTheAddress()
    {
        string address;
        await using (ModelServer server = await ModelServer.StartAsync("gone"))
        {
            address = server.BaseUrl;
        }

        using ChatAnswerer answerer = new(new EndpointChatClient(Endpoint.Resolve("m", Environments.Patient with { BaseUrl = address }, Environments.WithKey), new HastyTime()), _prompts, 2);
        string? reason = await answerer.AnswerAsync(_scene.Questions.Questions, _scene.Pictures(), _answers.AddRange, TestContext.Current.CancellationToken);

        Assert.Contains(address, reason, StringComparison.Ordinal);
        Assert.Empty(_answers);
    }

    [Fact]
    public async Task AnswerAsync_TenFailuresInARow_GivesUp()
    {
        await using ModelServer server = await ModelServer.StartAsync((context, _) => ModelServer.ErrorAsync(context, 500, "broken"));

        string? reason = await Ask(server, concurrency: 1, retries: 0);

        Assert.Contains("10 requests in a row failed", reason, StringComparison.Ordinal);
        Assert.Equal(10, _answers.Count);
    }

    [Fact]
    public async Task AnswerAsync_Concurrency_IsKeptAndAnswersComeOneAtATime()
    {
        await using ModelServer server = await ModelServer.StartAsync(async (context, _) =>
        {
            await Task.Delay(30);
            await ModelServer.ReplyAsync(context, "fine");
        });
        int inside = 0;

        EndpointSettings settings = Environments.Patient with { BaseUrl = server.BaseUrl, Concurrency = 3 };
        using ChatAnswerer answerer = new(new EndpointChatClient(Endpoint.Resolve("m", settings, Environments.WithKey)), _prompts, 3);
        await answerer.AnswerAsync(
            _scene.Questions.Questions,
            _scene.Pictures(),
            answers =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                _answers.AddRange(answers);
                Interlocked.Decrement(ref inside);
            },
            TestContext.Current.CancellationToken);

        Assert.InRange(server.MostUnderWay, 2, 3);
        Assert.Equal(_scene.Questions.Questions.Select(question => question.Id).Order(), _answers.Select(answer => answer.Id).Order());
    }

    [Fact]
    public async Task AnswerAsync_MissingPicture_IsThatQuestionsError()
    {
        await using ModelServer server = await ModelServer.StartAsync("fine");
        File.Delete(_scene.Samples[0].Images[1].FullPath!);

        Assert.Null(await Ask(server));

        Assert.Equal(6, _answers.Count(answer => answer.Error is not null));
        Assert.Equal(6, server.Requests.Count);
    }

    private async Task<string?> Ask(ModelServer server, int? count = null, string corruption = "clean", int concurrency = 4, int retries = 2)
    {
        EndpointSettings settings = Environments.Patient with { Concurrency = concurrency, Retries = retries, Temperature = _prompts.Temperature };
        using ChatAnswerer answerer = new(new EndpointChatClient(Environments.At(server, settings), new HastyTime()), _prompts, concurrency);
        return await answerer.AnswerAsync(
            [.. _scene.Questions.Questions.Take(count ?? int.MaxValue)], _scene.Pictures(corruption), _answers.AddRange, TestContext.Current.CancellationToken);
    }
}
