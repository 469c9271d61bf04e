using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Training;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Batches;
using DriveKD.Tests;
using TorchSharp;

namespace DriveKD.Models.Tests.Generation.Batches;

public sealed class BatchAssistantTests : IDisposable
{
    private static readonly GenerationOptions _short = new() { MaxNewTokens = 10 };

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public BatchAssistantTests() => _model = TinyModel.Create(_folder["tiny"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Answer_Batch_IsWhatEachQuestionGetsAlone()
    {
        using ModelAssistant alone = Load();
        using BatchAssistant together = new(Load());
        BatchQuestion[] questions = [Ask("What is ahead?", 0), Ask("Is it safe to turn left at the next crossing?", 1, 2), Ask("Describe the weather.", 2), Ask("Why?")];

        IReadOnlyList<BatchAnswer> answers = together.Answer(questions, _short);

        Assert.Equal(questions.Select(question => alone.Answer(question.Question, _short).Text), answers.Select(answer => answer.Text));
        Assert.All(answers.Zip(questions), pair => Assert.Equal(alone.Answer(pair.Second.Question, _short).PromptTokens, pair.First.PromptTokens));
        Assert.Equal(4, answers.Select(answer => answer.Text).Distinct().Count());
    }

    [Fact]
    public void Answer_AnyGroupingAndOrder_GivesTheSameAnswers()
    {
        using BatchAssistant assistant = new(Load(), pictures: 2);
        BatchQuestion[] questions = [.. Enumerable.Range(0, 6).Select(i => Ask($"Question {i}, {new string('a', 3 * i)}?", [.. Enumerable.Range(0, i % 3).Select(k => (i + k) % 4)]))];
        string[] expected = [.. questions.Select(question => assistant.Answer([question], _short)[0].Text)];

        Gen.Select(Gen.Int[1, 6], Gen.Shuffle(Enumerable.Range(0, 6).ToArray())).Sample(
            (size, order) => order.Chunk(size).All(chunk =>
                assistant.Answer([.. chunk.Select(i => questions[i])], _short).Select(answer => answer.Text).SequenceEqual(chunk.Select(i => expected[i]))),
            iter: 12,
            threads: 1);
    }

    [Fact]
    public void Answer_PictureSeenBefore_IsNotEncodedAgain()
    {
        using BatchAssistant assistant = new(Load(), pictures: 2);
        assistant.Answer([Ask("First?", 0, 1), Ask("Second?", 0)], _short);
        Assert.Equal(2, assistant.EncodedPictures);
        assistant.Answer([Ask("Third?", 1)], _short);
        Assert.Equal(2, assistant.EncodedPictures);

        // Of three the oldest is let go.
        assistant.Answer([Ask("Fourth?", 2)], _short);
        assistant.Answer([Ask("Fifth?", 1)], _short);
        Assert.Equal(3, assistant.EncodedPictures);
        assistant.Answer([Ask("Sixth?", 0)], _short);
        Assert.Equal(4, assistant.EncodedPictures);
    }

    [Fact]
    public void Answer_MorePicturesThanAreKept_StillAnswers()
    {
        using BatchAssistant none = new(Load(), pictures: 0);
        using BatchAssistant many = new(Load());
        BatchQuestion[] questions = [Ask("First?", 0, 1, 2), Ask("Second?", 1)];

        Assert.Equal(many.Answer(questions, _short), none.Answer(questions, _short));
        Assert.Equal(3, none.EncodedPictures);
    }

    [Fact]
    public void Answer_TrainingLayout_HasTheSequenceOfTraining()
    {
        using BatchAssistant chat = new(Load());
        using BatchAssistant training = new(Load(), usesTrainingLayout: true);
        BatchQuestion question = Ask("<image>What is ahead?", 0);
        BpeTokenizer tokenizer = BpeTokenizer.Load(_model);
        int tokensPerTile = training.Assistant.Config.UsualPicture.Tokens;

        BatchAnswer answer = Assert.Single(training.Answer([question], _short));

        Assert.Equal(new DriveKDTrainingLayout(tokenizer).Build("<image>What is ahead?", null, [tokensPerTile]).TokenIds.Length, answer.PromptTokens);
        Assert.NotEqual(chat.Answer([question], _short)[0].Text, answer.Text);
    }

    [Fact]
    public void Answer_Sampled_DependsOnTheQuestionAndNotOnItsPlace()
    {
        using BatchAssistant assistant = new(Load());
        GenerationOptions drawn = _short with { Temperature = 1.5, Seed = 3 };
        BatchQuestion first = Ask("What is ahead?", 0) with { Draws = 5 };
        BatchQuestion second = Ask("What is ahead?", 0) with { Draws = 6 };

        IReadOnlyList<BatchAnswer> answers = assistant.Answer([first, second], drawn);

        Assert.Equal(answers.Reverse(), assistant.Answer([second, first], drawn));
        Assert.Equal(answers[1], assistant.Answer([second], drawn)[0]);
        Assert.NotEqual(answers[0].Text, answers[1].Text);
    }

    [Fact]
    public void Answer_TooLongAPrompt_IsRefusedAndTheNextWorks()
    {
        using BatchAssistant assistant = new(Load());
        BatchQuestion sound = Ask("What is ahead?", 0);
        BatchQuestion tooLong = Ask(string.Concat(Enumerable.Repeat("word ", assistant.Assistant.Config.Language.MaxPositions)));

        Assert.Contains("the model takes", Assert.Throws<InputException>(() => assistant.Answer([sound, tooLong], _short)).Message, StringComparison.Ordinal);
        Assert.Single(assistant.Answer([sound], _short));
    }

    [Fact]
    public void Answer_ManyTimes_LeavesOnlyWhatItKeeps()
    {
        using ModelAssistant warm = Load();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (BatchAssistant assistant = new(Load(), pictures: 1))
        {
            assistant.Answer([Ask("First?", 0, 1)], _short);
            long first = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            assistant.Answer([Ask("Second?", 2, 3)], _short);
            Assert.Equal(first, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private ModelAssistant Load() => ModelAssistant.Load(_model, "cpu", "float32");

    private static BatchQuestion Ask(string text, params int[] shades) =>
        new(new Question { Text = text, Pictures = [.. shades.Select(shade => TinyModel.Picture(shade: 40 * shade))], SystemText = "" }, [.. shades.Select(shade => $"{shade}")]);
}
