using DriveKD.Data.Errors;
using DriveKD.Models.Generation;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Generation;

public sealed class TextGeneratorTests : IDisposable
{
    private readonly InternVLModel _model = TestModels.Create(TestModels.Small, seed: 31);
    private readonly TextGenerator _generator;
    private readonly Tensor _pixels = TestModels.Pixels(3);

    public TextGeneratorTests() => _generator = new TextGenerator(_model, TestModels.ImageToken);

    public void Dispose()
    {
        _pixels.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Generate_Greedy_TakesTheLikeliestTokenOfWholePassesWithoutCache()
    {
        int[] ids = TestModels.Ids(11, tiles: 1);
        List<float[]> steps = [];
        using Tensor pixels = _pixels.narrow(0, 0, 1);
        GenerationResult result = _generator.Generate(
            [new Prompt(ids, TestModels.Squares(1))], TestModels.Pieces(pixels), new GenerationOptions { MaxNewTokens = 12 }, onLogits: logits_BV => steps.Add(logits_BV[0].data<float>().ToArray()));

        List<int> expected = [.. ids];
        for (int step = 0; step < 12; step++)
        {
            float[] logits = LastLogits(expected, pixels);
            Assert.True(logits.Zip(steps[step]).All(pair => Math.Abs(pair.First - pair.Second) <= 2e-5), $"logits of step {step}");
            expected.Add(Array.IndexOf(logits, logits.Max()));
        }

        Assert.Equal(expected[ids.Length..], result.TokenIds[0]);
        Assert.False(result.Stopped[0]);
        Assert.Equal((11, 12), (result.Timings.PromptTokens, result.Timings.NewTokens));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.3)]
    public void Generate_Batch_GivesEveryRowWhatItGetsAtThatPlaceAlone(double temperature)
    {
        Prompt[] prompts = [new(TestModels.Ids(9, tiles: 1, seed: 2), TestModels.Squares(1)), new([4, 5, 6], []), new(TestModels.Ids(14, tiles: 2, seed: 4), TestModels.Squares(2))];
        GenerationOptions options = new() { MaxNewTokens = 10, Temperature = temperature, TopK = 20, TopP = 0.95, RepetitionPenalty = 1.2, Seed = 12 };
        GenerationResult batch = _generator.Generate(prompts, TestModels.Pieces(_pixels), options);

        using Tensor first = _pixels.narrow(0, 0, 1);
        Assert.Equal(_generator.Generate([prompts[0]], TestModels.Pieces(first), options).TokenIds[0], batch.TokenIds[0]);

        // Other neighbours, other padding: a row's draws are its own.
        Prompt other = new([.. Enumerable.Range(0, 20)], []);
        Assert.Equal(_generator.Generate([other, prompts[1]], [], options).TokenIds[1], batch.TokenIds[1]);
        using Tensor last = _pixels.narrow(0, 1, 2);
        Assert.Equal(_generator.Generate([other, other, prompts[2]], TestModels.Pieces(last), options).TokenIds[2], batch.TokenIds[2]);
    }

    [Fact]
    public void Generate_SameSeed_RepeatsItself()
    {
        GenerationOptions options = new() { MaxNewTokens = 15, Temperature = 1.5, Seed = 4 };
        int[] Run(GenerationOptions with) => [.. _generator.Generate([new Prompt([1, 2, 3], [])], [], with).TokenIds[0]];

        Assert.Equal(Run(options), Run(options));
        Assert.NotEqual(Run(options), Run(options with { Seed = 5 }));
    }

    [Fact]
    public void Generate_StopToken_EndsItsRowOnlyAndIsNoPartOfTheAnswer()
    {
        Prompt[] prompts = [new([1, 2, 3], []), new([9, 8, 7, 6], [])];
        IReadOnlyList<IReadOnlyList<int>> free = _generator.Generate(prompts, [], new GenerationOptions { MaxNewTokens = 10 }).TokenIds;
        int stop = free[0].First(id => !free[1].Contains(id));
        int length = free[0].ToList().IndexOf(stop);
        List<GeneratedToken> streamed = [];
        GenerationResult result = _generator.Generate(
            prompts, [], new GenerationOptions { MaxNewTokens = 10, StopTokens = new HashSet<int> { stop } }, onToken: streamed.Add);

        Assert.Equal(free[0].Take(length), result.TokenIds[0]);
        Assert.Equal(free[1], result.TokenIds[1]);
        Assert.Equal([true, false], result.Stopped);
        Assert.Equal(result.TokenIds[0], streamed.Where(token => token.Row == 0).Select(token => token.Id));
        Assert.Equal(result.TokenIds[1], streamed.Where(token => token.Row == 1).Select(token => token.Id));
        Assert.Equal(length + 1 + 10, result.Timings.NewTokens);
    }

    [Fact]
    public void Generate_EveryRowStopped_RunsNoFurtherStep()
    {
        int first = _generator.Generate([new Prompt([1, 2, 3], [])], [], new GenerationOptions { MaxNewTokens = 1 }).TokenIds[0][0];
        int steps = 0;
        GenerationResult result = _generator.Generate(
            [new Prompt([1, 2, 3], [])], [], new GenerationOptions { MaxNewTokens = 9, StopTokens = new HashSet<int> { first } }, onLogits: _ => steps++);

        Assert.Equal((0, 1), (result.TokenIds[0].Count, steps));
        Assert.True(result.Stopped[0]);
    }

    [Fact]
    public void Generate_Cancelled_EndsBetweenSteps()
    {
        using CancellationTokenSource source = new();
        int tokens = 0;

        Assert.Throws<OperationCanceledException>(() => _generator.Generate(
            [new Prompt([1, 2, 3], [])],
            [],
            new GenerationOptions { MaxNewTokens = 50 },
            onToken: _ =>
            {
                if (++tokens == 3)
                {
                    source.Cancel();
                }
            },
            cancellation: source.Token));
        Assert.Equal(3, tokens);
    }

    [Fact]
    public void Generate_MoreThanTheModelsPositions_IsRefused()
    {
        int positions = TestModels.Small.Language.MaxPositions;
        Assert.Throws<InputException>(() => _generator.Generate([new Prompt([1, 2, 3], [])], [], new GenerationOptions { MaxNewTokens = positions - 2 }));
        InputException exception = Assert.Throws<InputException>(() =>
            _generator.Generate([new Prompt([1, 2, 3], [])], [], new GenerationOptions { MaxNewTokens = int.MaxValue }));

        Assert.Contains($"limit of {positions}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RopeScalingKind.Dynamic)]
    [InlineData(RopeScalingKind.Linear)]
    public void Generate_WithScaling_ReachesItsFactorFurther(RopeScalingKind kind)
    {
        InternVLConfig config = TestModels.Small with { Language = TestModels.Small.Language with { RopeScaling = kind, RopeFactor = 2, MaxPositions = 8 } };
        using InternVLModel model = TestModels.Create(config);
        TextGenerator generator = new(model, TestModels.ImageToken);

        Assert.Equal(13, generator.Generate([new Prompt([1, 2, 3], [])], [], new GenerationOptions { MaxNewTokens = 13 }).TokenIds[0].Count);
        Assert.Throws<InputException>(() => generator.Generate([new Prompt([1, 2, 3], [])], [], new GenerationOptions { MaxNewTokens = 14 }));
        Assert.Throws<InputException>(() => generator.Generate([new Prompt([1, 2, 3], [])], [], new GenerationOptions { MaxNewTokens = int.MaxValue }));
    }

    [Fact]
    public void Generate_EmptyPromptOrBatch_IsRefused()
    {
        Assert.Throws<InputException>(() => _generator.Generate([new Prompt([], [])], [], new GenerationOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(() => _generator.Generate([], [], new GenerationOptions()));
    }

    [Fact]
    public void Generate_PenaltyAndTemperatureOfAnInvalidKind_AreRefusedBeforeAnythingRuns() =>
        Assert.Throws<InputException>(() => _generator.Generate(
            [new Prompt([1], [])], [], new GenerationOptions { Temperature = double.NaN }, onLogits: _ => Assert.Fail("a step ran")));

    private float[] LastLogits(List<int> ids, Tensor pixels)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor embedded = _model.Embed(TestModels.Row(ids), TestModels.Mask(ids), _model.EncodeTiles(pixels).flatten(0, 1));
        Tensor hidden = _model.Decode(embedded, SequencePositions.Consecutive(1, ids.Count))!;
        return _model.Logits(hidden[0, ^1]).data<float>().ToArray();
    }
}
