using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.InternVL;
using DriveKD.Tests;
using TorchSharp;

namespace DriveKD.Models.Tests.Generation;

public sealed class ModelAssistantTests(TinyModel tiny) : IClassFixture<TinyModel>
{
    private static readonly GenerationOptions _short = new() { MaxNewTokens = 12 };

    private ModelAssistant Assistant => tiny.Assistant;

    [Fact]
    public void Answer_Greedy_IsTheSameEveryTime()
    {
        Answer first = Assistant.Answer(Ask("What is ahead?"), _short);
        Answer second = Assistant.Answer(Ask("What is ahead?"), _short with { Seed = 9 });

        Assert.Equal(first.TokenIds, second.TokenIds);
        Assert.Equal(first.Text, second.Text);
        Assert.NotEmpty(first.TokenIds);
    }

    [Fact]
    public void Answer_Sampled_FollowsItsSeed()
    {
        GenerationOptions options = _short with { Temperature = 1.5, Seed = 3 };
        Answer first = Assistant.Answer(Ask("What is ahead?"), options);
        Answer again = Assistant.Answer(Ask("What is ahead?"), options);
        Answer other = Assistant.Answer(Ask("What is ahead?"), options with { Seed = 4 });

        Assert.Equal(first.TokenIds, again.TokenIds);
        Assert.NotEqual(first.TokenIds, other.TokenIds);
    }

    [Fact]
    public void Answer_OtherPicture_GivesAnotherAnswer()
    {
        Answer first = Assistant.Answer(Ask("What is ahead?", TinyModel.Picture()), _short);
        Answer other = Assistant.Answer(Ask("What is ahead?", TinyModel.Picture(shade: 90)), _short);

        Assert.NotEqual(first.TokenIds, other.TokenIds);
    }

    [Fact]
    public void Answer_Streamed_PiecesMakeTheTextInWholeCharacters()
    {
        List<string> pieces = [];
        Answer answer = Assistant.Answer(Ask("Describe everything."), _short with { MaxNewTokens = 60, Temperature = 2 }, onText: pieces.Add);

        Assert.Equal(answer.Text, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.NotEmpty(piece));
        Assert.All(pieces, piece => Assert.False(char.IsHighSurrogate(piece[^1])));
    }

    [Fact]
    public void Answer_SeveralTiles_CountsTheirTokens()
    {
        Question question = Ask("What is ahead?", TinyModel.Picture(160, 90), TinyModel.Picture(50, 50)) with { MaxTiles = 4 };
        Answer answer = Assistant.Answer(question, _short);

        int perTile = Assistant.Config.UsualPicture.Tokens;
        Assert.Equal([(2, 1, true, 3 * perTile), (1, 1, false, perTile)], answer.Pictures.Select(Describe));
        Answer text = Assistant.Answer(new Question { Text = "Image-1: \nImage-2: \nWhat is ahead?" }, _short);
        // Each picture adds <img>, its tokens and </img>.
        Assert.InRange(answer.PromptTokens - text.PromptTokens, 4 * perTile, (4 * perTile) + 6);
    }

    [Fact]
    public void Answer_BothLayoutsOfOneModel_AnswerAlike()
    {
        using TemporaryFolder folder = new();
        using ModelAssistant other = ModelAssistant.Load(TinyModel.Create(folder["hf"], InternVLFamily.TransformersLayout), "cpu", "float32");
        Question question = Ask("Is it safe to turn left?") with { SystemText = "You drive." };

        Answer mine = Assistant.Answer(question, _short);
        Answer theirs = other.Answer(question, _short);

        Assert.Equal("internvl", other.Config.ModelType);
        Assert.Equal(mine.PromptTokens, theirs.PromptTokens);
        Assert.Equal(mine.TokenIds, theirs.TokenIds);
    }

    [Fact]
    public void Answer_PlaceholdersInTheQuestion_AreTheSameAsTheConventionSpelledOut()
    {
        QuestionPicture[] pictures = [TinyModel.Picture(), TinyModel.Picture(shade: 90)];
        Answer implied = Assistant.Answer(Ask("Compare.", pictures), _short);
        Answer spelled = Assistant.Answer(Ask("Image-1: <image>\nImage-2: <image>\nCompare.", pictures), _short);

        Assert.Equal(implied.PromptTokens, spelled.PromptTokens);
        Assert.Equal(implied.TokenIds, spelled.TokenIds);
    }

    [Fact]
    public void Answer_StopTokenOfTheCaller_EndsIt()
    {
        Answer whole = Assistant.Answer(Ask("What is ahead?"), _short);
        int stop = whole.TokenIds[3];
        Answer cut = Assistant.Answer(Ask("What is ahead?"), _short with { StopTokens = new HashSet<int> { stop } });

        Assert.Equal(StopReason.StopToken, cut.StopReason);
        Assert.Equal(whole.TokenIds.TakeWhile(id => id != stop), cut.TokenIds);
        Assert.Equal(StopReason.MaxNewTokens, whole.StopReason);
    }

    [Fact]
    public void Answer_EosOfGenerationConfig_EndsIt()
    {
        Answer whole = Assistant.Answer(Ask("What is ahead?"), _short);
        using TemporaryFolder folder = new();
        string copy = TinyModel.Create(folder["copy"]);
        File.WriteAllText(Path.Combine(copy, "generation_config.json"), $$"""{"eos_token_id": [{{whole.TokenIds[2]}}], "do_sample": true, "temperature": 5.0}""");
        using ModelAssistant other = ModelAssistant.Load(copy, "cpu", "float32");

        Answer cut = other.Answer(Ask("What is ahead?"), _short);

        Assert.Equal(StopReason.StopToken, cut.StopReason);
        Assert.Equal(whole.TokenIds.TakeWhile(id => id != whole.TokenIds[2]), cut.TokenIds);
    }

    [Fact]
    public void Answer_CancelledMidway_KeepsWhatThereIs()
    {
        using CancellationTokenSource cancellation = new();
        int pieces = 0;
        Answer answer = Assistant.Answer(
            Ask("What is ahead?"),
            _short with { MaxNewTokens = 5000, StopTokens = new HashSet<int>() },
            new AttentionRequest(AttentionLayer.First),
            _ =>
            {
                if (++pieces == 3)
                {
                    cancellation.Cancel();
                }
            },
            cancellation: cancellation.Token);

        Assert.Equal(StopReason.Cancelled, answer.StopReason);
        Assert.InRange(answer.TokenIds.Count, 3, 4999);
        Assert.NotEmpty(answer.Text);
        Assert.Null(answer.Attention);
        Assert.NotNull(answer.Timings.FirstTokenSeconds);
    }

    [Fact]
    public void Answer_CancelledBefore_IsEmpty()
    {
        Answer answer = Assistant.Answer(Ask("What is ahead?"), _short, cancellation: new CancellationToken(canceled: true));

        Assert.Equal((StopReason.Cancelled, "", 0), (answer.StopReason, answer.Text, answer.TokenIds.Count));
        Assert.Null(answer.Timings.FirstTokenSeconds);
    }

    [Fact]
    public void Answer_BFloat16_Works()
    {
        using ModelAssistant other = ModelAssistant.Load(tiny.Folder, "cpu", "bfloat16");

        Answer answer = other.Answer(Ask("What is ahead?"), _short, new AttentionRequest(AttentionLayer.First));

        Assert.Equal(torch.ScalarType.BFloat16, other.Placement.DType);
        Assert.NotEmpty(answer.TokenIds);
        Assert.InRange(answer.Attention!.Pictures[0].Sum, 0.001, 1);
    }

    [Theory]
    [InlineData(AttentionRows.Question)]
    [InlineData(AttentionRows.Answer)]
    [InlineData(AttentionRows.All)]
    public void Answer_Attention_SharesOutAtMostOne(AttentionRows rows)
    {
        Question question = Ask("What is ahead?", TinyModel.Picture(), TinyModel.Picture(90, 160)) with { MaxTiles = 2 };
        Answer answer = Assistant.Answer(question, _short, new AttentionRequest(AttentionLayer.Penultimate, rows));

        AttentionReading reading = answer.Attention!;
        Assert.Equal((Assistant.Config.Language.Layers - 1, Assistant.Config.Language.Layers), (reading.Layer, reading.Layers));
        Assert.Equal(answer.Pictures, reading.Pictures.Select(picture => picture.Layout));
        Assert.All(reading.Pictures, picture => Assert.Equal(picture.Layout.Tokens, picture.Weights.Length));
        Assert.All(reading.Pictures, picture => Assert.Equal((4, 4), (picture.Layout.TokenRows, picture.Layout.TokenColumns)));
        Assert.All(reading.Pictures.SelectMany(picture => picture.Weights), weight => Assert.InRange(weight, 0, 1));
        Assert.InRange(reading.Pictures.Sum(picture => picture.Sum), 0.001, 1);
        Assert.True(rows != AttentionRows.Answer || reading.RowCount == answer.TokenIds.Count);
    }

    [Fact]
    public void Answer_AttentionWithoutTextBehindThePicture_IsRefusedBeforeAnythingIsGenerated()
    {
        List<string> pieces = [];
        InputException exception = Assert.Throws<InputException>(() => Assistant.Answer(
            Ask("What is this? <image>"), _short, new AttentionRequest(AttentionLayer.First), pieces.Add));

        Assert.Contains("no text of the question stands behind the last picture", exception.Message, StringComparison.Ordinal);
        Assert.Empty(pieces);
        Answer answer = Assistant.Answer(Ask("What is this? <image>"), _short, new AttentionRequest(AttentionLayer.First, AttentionRows.Answer));
        Assert.Equal(answer.TokenIds.Count, answer.Attention!.RowCount);
    }

    [Fact]
    public void Answer_AttentionWithoutPicture_IsRefused() =>
        Assert.Throws<InputException>(() => Assistant.Answer(new Question { Text = "Hello?" }, _short, new AttentionRequest(AttentionLayer.First)));

    [Fact]
    public void Answer_LayerThatIsNotThere_IsRefused()
    {
        InputException exception = Assert.Throws<InputException>(
            () => Assistant.Answer(Ask("What?"), _short, new AttentionRequest(AttentionLayer.Numbered(5))));

        Assert.Equal("attention layer: 5 is not there: the model has 4 decoder layer(s), numbered from 1.", exception.Message);
    }

    [Fact]
    public void Answer_PromptTooLong_NamesTheNumbersAndTheWayOut()
    {
        // 20 x 20 tiles and a thumbnail each: finer square grids need larger pictures.
        QuestionPicture picture = TinyModel.Picture(1600, 1600);
        Question question = Ask("What is ahead?", picture, picture, picture, picture) with { MaxTiles = 1024 };
        InputException exception = Assert.Throws<InputException>(() => Assistant.Answer(question, _short with { MaxNewTokens = 40000 }));

        Assert.Contains("more than 25664 tokens (4 pictures in 1604 tiles of 16 tokens each), and 40000 new ones may follow; the model takes 65536 in all.", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("Use fewer tiles, pictures or new tokens.", exception.Message, StringComparison.Ordinal);
        Assert.Contains(
            "Use a shorter question or fewer new tokens.",
            Assert.Throws<InputException>(() => Assistant.Answer(new Question { Text = "Hi" }, _short with { MaxNewTokens = int.MaxValue })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_Done_LeavesNoTensor()
    {
        Assistant.Answer(Ask("Warm up."), _short, new AttentionRequest(AttentionLayer.First));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assistant.Answer(Ask("What is ahead?"), _short, new AttentionRequest(AttentionLayer.First));
        Assistant.Answer(Ask("What is ahead?"), _short, cancellation: new CancellationToken(canceled: true));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Load_FolderWithoutTokenizer_IsRefused()
    {
        using TemporaryFolder folder = new();
        string copy = TinyModel.Create(folder["copy"]);
        File.Delete(Path.Combine(copy, "tokenizer.json"));
        foreach (string other in new[] { "vocab.json", "merges.txt" })
        {
            File.Delete(Path.Combine(copy, other));
        }

        Assert.Contains("tokenizer.json", Assert.Throws<InputException>(() => ModelAssistant.Load(copy, "cpu")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TokenizerLargerThanTheEmbedding_IsRefused()
    {
        using TemporaryFolder folder = new();
        string copy = TinyModel.Create(folder["copy"]);
        string config = Path.Combine(copy, "config.json");
        File.WriteAllText(config, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(config), "\"vocab_size\": \\d+", "\"vocab_size\": 100"));

        Assert.Contains("embedding has 100 rows", Assert.Throws<InputException>(() => ModelAssistant.Load(copy, "cpu")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"eos_token_id\": \"end\"}", "eos_token_id: is \"end\"; a token id, or a list of them, is expected.")]
    [InlineData("{\"eos_token_id\": [1, -2]}", "eos_token_id: is -2; a token id, or a list of them, is expected.")]
    [InlineData("{\"eos_token_id\": ", "line 1: is not valid JSON")]
    [InlineData("[]", "is not a JSON object.")]
    public void Load_BrokenGenerationConfig_IsRefused(string text, string expected)
    {
        using TemporaryFolder folder = new();
        string copy = TinyModel.Create(folder["copy"]);
        File.WriteAllText(Path.Combine(copy, "generation_config.json"), text);

        Assert.Contains(expected, Assert.Throws<InputException>(() => ModelAssistant.Load(copy, "cpu")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnknownDeviceOrPrecision_IsRefused()
    {
        Assert.StartsWith("device: 'tpu'", Assert.Throws<InputException>(() => ModelAssistant.Load(tiny.Folder, "tpu")).Message, StringComparison.Ordinal);
        Assert.StartsWith("precision: 'int8'", Assert.Throws<InputException>(() => ModelAssistant.Load(tiny.Folder, "cpu", "int8")).Message, StringComparison.Ordinal);
    }

    private static Question Ask(string text, params QuestionPicture[] pictures) =>
        new() { Text = text, Pictures = pictures.Length == 0 ? [TinyModel.Picture()] : pictures };

    private static (int Columns, int Rows, bool HasThumbnail, int Tokens) Describe(PictureLayout picture) =>
        (picture.Grid.Columns, picture.Grid.Rows, picture.HasThumbnail, picture.Tokens);
}
