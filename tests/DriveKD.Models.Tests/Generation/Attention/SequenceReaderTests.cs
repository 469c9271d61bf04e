using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Generation.Attention;

public sealed class SequenceReaderTests(TinyModel model) : IClassFixture<TinyModel>
{
    // A layer whose map is read attends by that map, another one by the fused kernel; and over a cache sums have another order than over the
    // whole sequence. Weights are at most 1.
    private const float Tolerance = 1e-6f;

    private static readonly int[] _layers = [1, 2, 3, 4];

    [Fact]
    public void Read_ManyLayers_EqualsReadingEachAlone()
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("What is ahead?", 2), "A red car.");
        ChosenRows rows = reader.Choose(sequence, AttentionRows.Answer);

        IReadOnlyList<TextToVisionMap> together = reader.Read(sequence, rows, _layers);

        Assert.Equal(_layers, together.Select(map => map.Layer));
        Assert.All(together, map =>
        {
            TextToVisionMap alone = Assert.Single(reader.Read(sequence, rows, [map.Layer]));
            Assert.Equal(alone.Weights.Length, map.Weights.Length);
            Assert.All(alone.Weights.Zip(map.Weights), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            Assert.All(alone.Mean.Zip(map.Mean), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        });
    }

    [Fact]
    public void Read_EveryLayer_IsThatOfOneWholePass()
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("What is ahead?", 2), "A red car.");
        ChosenRows rows = reader.Choose(sequence, "red");

        IReadOnlyList<TextToVisionMap> maps = reader.Read(sequence, rows, _layers);

        int[] ids = [.. sequence.PromptIds, .. sequence.AnswerIds];
        int[] slots = [.. Enumerable.Range(0, ids.Length).Where(i => ids[i] == model.Assistant.ImageTokenId)];
        using Probe probe = WholePass(sequence, ids);
        Assert.All(maps, map =>
        {
            float[] whole = probe.Attention[map.Layer - 1].data<float>().ToArray();
            float[] expected = [.. rows.Positions.SelectMany(row => slots.Select(slot => whole[(row * ids.Length) + slot]))];
            Assert.Equal(expected.Length, map.Weights.Length);
            Assert.All(expected.Zip(map.Weights), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            float[] mean = [.. slots.Select((_, i) => Enumerable.Range(0, map.Rows).Average(row => map.Weights[(row * slots.Length) + i]))];
            Assert.All(mean.Zip(map.Mean), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        });
    }

    [Fact]
    public void Read_OwnAnswer_IsWhatAskReads()
    {
        Question question = Ask("What is ahead?", 1);
        SequenceReader reader = new(model.Assistant);
        Answer answer = model.Assistant.Answer(
            question, new GenerationOptions { MaxNewTokens = 5 }, new AttentionRequest(AttentionLayer.Numbered(2), AttentionRows.Answer));

        AttentionSequence sequence = reader.Of(question, answer);
        TextToVisionMap map = reader.Read(sequence, reader.Choose(sequence, AttentionRows.Answer), [2])[0];

        Assert.Equal(answer.Attention!.Pictures[0].Weights, reader.Place(sequence, map)[0].Weights);
    }

    [Fact]
    public void Read_Twice_LeavesNoTensor()
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("What is ahead?", 1), "A red car.");
        ChosenRows rows = reader.Choose(sequence, AttentionRows.All);
        reader.Read(sequence, rows, _layers);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        reader.Read(sequence, rows, _layers);

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Choose_WordInQuestionAndAnswer_TakesEveryOccurrenceWholeWordsOnly()
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("Is the light red? Red cars, reddish cars?", 1), "It is red.");

        ChosenRows rows = reader.Choose(sequence, "red");

        Assert.Equal(3, rows.Occurrences);
        Assert.Equal("red", rows.Word);
        (IReadOnlyList<SequencePiece> prompt, IReadOnlyList<SequencePiece> answer) = reader.Show(sequence, rows);
        Assert.Equal("redred", Chosen(prompt).Replace(" ", "", StringComparison.Ordinal), ignoreCase: true);
        Assert.Equal("red", Chosen(answer).Trim());
        Assert.Contains($"the {rows.Positions.Count} tokens of \"red\" at 3 places", rows.Description, StringComparison.Ordinal);
        Assert.True(rows.Positions.SequenceEqual(rows.Positions.Distinct().Order()));
    }

    [Theory]
    [InlineData("quokka")]
    [InlineData("traffic light")]
    [InlineData("Straße")]
    [InlineData("🚗")]
    [InlineData("信号")]
    public void Choose_WordInSeveralPieces_TakesAllOfThem(string word)
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("What is ahead?", 1), $"There: {word} 红信号灯.");

        ChosenRows rows = reader.Choose(sequence, word);

        Assert.True(rows.Positions.Count > 1, $"{word} is one token; the test needs several");
        int[] ids = [.. sequence.PromptIds, .. sequence.AnswerIds];
        Assert.Contains(word, model.Assistant.Tokenizer.Decode([.. rows.Positions.Select(position => ids[position])]), StringComparison.Ordinal);
        Assert.Equal(word == "信号" ? 2 : 1, rows.Occurrences);
        Assert.All(rows.Positions, position => Assert.True(position >= sequence.PromptIds.Count));
    }

    [Fact]
    public void Choose_WordThatIsNotThere_ShowsWhereItLooked()
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("What is ahead?", 1), "A red car.");

        InputException exception = Assert.Throws<InputException>(() => reader.Choose(sequence, "ahe"));

        Assert.Equal("word: 'ahe' does not occur. Looked in the question: \"What is ahead?\" and in the answer: \"A red car.\".", exception.Message);
    }

    [Fact]
    public void Choose_WordBeforeThePictures_SaysThatItCannotSeeThem()
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("Look here: <image> What is ahead?", 1), "A red car.");

        InputException exception = Assert.Throws<InputException>(() => reader.Choose(sequence, "here"));

        Assert.StartsWith("word: 'here' stands only before the last picture", exception.Message, StringComparison.Ordinal);
        Assert.Contains("\"What is ahead?\"", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_WordOfTheMarkup_IsNoWordOfTheQuestion()
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("What is ahead?", 1), "A red car.");

        Assert.Contains("does not occur", Assert.Throws<InputException>(() => reader.Choose(sequence, "assistant")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "answer: is empty")]
    [InlineData("Yes.<|im_end|>", "answer: holds <|im_end|>, a control token")]
    public void Of_AnswerThatIsNone_IsRefused(string answer, string expected) => Assert.StartsWith(
        expected, Assert.Throws<InputException>(() => new SequenceReader(model.Assistant).Of(Ask("What is ahead?", 1), answer)).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_NoPicture_IsRefused() => Assert.Contains(
        "without a picture", Assert.Throws<InputException>(() => new SequenceReader(model.Assistant).Of(Ask("What is ahead?", 0), "A car.")).Message, StringComparison.Ordinal);

    [Fact]
    public void Show_Sequence_IsItsTextWithPicturesByNumber()
    {
        SequenceReader reader = new(model.Assistant);
        AttentionSequence sequence = reader.Of(Ask("<image><image>What is ahead?", 2), "A red car.");

        (IReadOnlyList<SequencePiece> prompt, IReadOnlyList<SequencePiece> answer) = reader.Show(sequence, reader.Choose(sequence, AttentionRows.Answer));

        Assert.Equal(["1", "2"], prompt.Where(piece => piece.Kind == PieceKind.Picture).Select(piece => piece.Text));
        Assert.DoesNotContain(prompt, piece => piece.Kind == PieceKind.Chosen);
        Assert.Contains(prompt, piece => piece is { Kind: PieceKind.Text } && piece.Text.Contains("What is ahead?", StringComparison.Ordinal));
        Assert.Equal(sequence.AnswerIds.Count, answer.Count);
        Assert.Equal("A red car.", Chosen(answer));
    }

    [Fact]
    public void Require_ModelsOfOneSequence_Passes() =>
        SequenceFit.Require(Opened("a"), Opened("b"), [TinyModel.Picture()], maxTiles: 4);

    [Fact]
    public void Require_OtherTokenizerAndOtherTokens_TellsBoth()
    {
        (string Folder, ModelConfig Config, Data.Text.BpeTokenizer Tokenizer) student = Opened("b");
        student.Tokenizer = student.Tokenizer.WithSpecialTokens(["<x>"]);
        student.Config = (InternVLConfig)student.Config with { DownsampleRatio = 1 };

        IReadOnlyList<Problem> problems = Assert.Throws<InputException>(() => SequenceFit.Require(Opened("a"), student, [TinyModel.Picture()], maxTiles: 1)).Problems;

        Assert.Equal(2, problems.Count);
        Assert.All(problems, problem => Assert.Equal("b", problem.Where));
        Assert.StartsWith("has another tokenizer than a (", problems[0].What, StringComparison.Ordinal);
        Assert.StartsWith("makes 64 tokens of stripes-0.png, a 16.", problems[1].What, StringComparison.Ordinal);
    }

    private (string Folder, ModelConfig Config, Data.Text.BpeTokenizer Tokenizer) Opened(string name) => (name, model.Assistant.Config, model.Assistant.Tokenizer);

    private static Question Ask(string text, int pictures) => new()
    {
        Text = text,
        Pictures = [.. Enumerable.Range(0, pictures).Select(i => TinyModel.Picture(shade: i))],
    };

    private static string Chosen(IReadOnlyList<SequencePiece> pieces) =>
        string.Concat(pieces.Where(piece => piece.Kind == PieceKind.Chosen).Select(piece => piece.Text));

    private Probe WholePass(AttentionSequence sequence, int[] ids)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        VisionLanguageModel network = model.Assistant.Model;
        PictureProcessor processor = model.Assistant.Config.Pictures;
        Tensor features_RC = model.Assistant.Pictures.Encode(
            processor, DriveKD.Models.Generation.Prompts.PictureEncoder.Cut(sequence.Question.Pictures, processor), null, default)!;
        Tensor ids_BT = tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0);
        Tensor embedded_BTC = network.Embed(ids_BT, ids_BT.eq(Scalars.Of((long)model.Assistant.ImageTokenId)), features_RC);
        Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 0, 1, 2, 3 } });
        network.Decode(embedded_BTC, SequencePositions.Consecutive(1, ids.Length), cache: null, probe);
        return probe;
    }
}
