using DriveKD.Models.Generation;

namespace DriveKD.Models.Tests.Generation;

public sealed class TokenSamplerTests
{
    private const int Draws = 20000;

    private static readonly double[] _probabilities = [0.4, 0.25, 0.15, 0.1, 0.06, 0.04];

    [Fact]
    public void Next_Greedy_TakesTheLikeliestAndOfEqualsTheLowest()
    {
        TokenSampler sampler = new(new GenerationOptions(), [], stream: 0);

        Assert.Equal(2, sampler.Next([0, 1, 3, -2, 3]));
        Assert.Equal(0, sampler.Next([5, 5, 5]));
        Assert.Equal(1, sampler.Next([float.NegativeInfinity, -100, float.NegativeInfinity]));
    }

    [Fact]
    public void Next_Sampling_FollowsTheSoftmax() => AssertFollows(_probabilities, new GenerationOptions { Temperature = 1 });

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Next_Temperature_SharpensOrFlattens(double temperature) =>
        AssertFollows([.. _probabilities.Select(p => Math.Pow(p, 1 / temperature))], new GenerationOptions { Temperature = temperature });

    [Fact]
    public void Next_TopK_DrawsAmongTheFirstK() => AssertFollows([0.4, 0.25, 0.15, 0, 0, 0], new GenerationOptions { Temperature = 1, TopK = 3 });

    [Fact]
    public void Next_TopKBeyondTheVocabulary_DrawsAmongAll() => AssertFollows(_probabilities, new GenerationOptions { Temperature = 1, TopK = 1000 });

    [Fact]
    public void Next_TopKWithTies_KeepsAllThatEqualTheLast() =>
        AssertFollows([0.4, 0.2, 0.2, 0.2, 0, 0], new GenerationOptions { Temperature = 1, TopK = 2 }, Logits(0.4, 0.2, 0.2, 0.2, 0.05, 0.01));

    [Theory]
    [InlineData(0.39, 1)]
    [InlineData(0.41, 2)]
    [InlineData(0.66, 3)]
    [InlineData(0.999, 6)]
    [InlineData(1e-9, 1)]
    public void Next_TopP_DrawsAmongTheSmallestSetThatReachesIt(double topP, int kept) =>
        AssertFollows([.. _probabilities.Select((p, i) => i < kept ? p : 0)], new GenerationOptions { Temperature = 1, TopP = topP });

    [Fact]
    public void Next_TopPReachedExactly_KeepsNoMore() =>
        AssertFollows([1, 0, 0, 0, 0, 0], new GenerationOptions { Temperature = 1, TopP = 0.5 }, [3, 3, float.NegativeInfinity, -900, -900, -900]);

    [Fact]
    public void Next_TopPAfterTopK_CountsAmongTheKept() =>
        // Of 0.4, 0.25, 0.15 the first two hold 81 %; of all six they hold 65 %.
        AssertFollows([0.4, 0.25, 0, 0, 0, 0], new GenerationOptions { Temperature = 1, TopK = 3, TopP = 0.8 });

    [Fact]
    public void Next_TopPAfterTemperature_CountsTheFlattenedProbabilities() =>
        // Cold, the first holds 40 % alone; at temperature 4 it takes the first two.
        AssertFollows([Math.Pow(0.4, 0.25), Math.Pow(0.25, 0.25), 0, 0, 0, 0], new GenerationOptions { Temperature = 4, TopP = 0.4 });

    [Fact]
    public void Next_RepetitionPenalty_DividesPositiveAndMultipliesNegativeLogitsOfSeenTokens()
    {
        GenerationOptions options = new() { RepetitionPenalty = 2 };
        float[] logits = [4, 3, -1, -1.5f];
        Assert.Equal(1, new TokenSampler(options, [0, 2, 0, 2], stream: 0).Next(logits));

        // Once for each seen token, however often it stands in the prompt.
        Assert.Equal([2, 3, -2, -1.5f], logits);
    }

    [Fact]
    public void Next_RepetitionPenalty_CountsGeneratedTokens()
    {
        TokenSampler sampler = new(new GenerationOptions { RepetitionPenalty = 1.5 }, [], stream: 0);

        Assert.Equal([0, 1, 0], [sampler.Next([3, 2.5f]), sampler.Next([3, 2.5f]), sampler.Next([3, 2.5f])]);
    }

    [Fact]
    public void Next_RepetitionPenaltyBeforeTemperature_ChangesTheOdds() =>
        // exp(2 / 2 / 2) to exp(1 / 2): the penalty halves the logit 2 of token 0 before the temperature halves both.
        AssertFollows([0.5, 0.5], new GenerationOptions { Temperature = 2, RepetitionPenalty = 2 }, [2, 1], prompt: [0], draws: 1);

    [Fact]
    public void Next_SameSeedAndStream_RepeatItself_OthersDoNot()
    {
        int[] Sequence(ulong seed, int stream)
        {
            TokenSampler sampler = new(new GenerationOptions { Temperature = 1, Seed = seed }, [], stream);
            return [.. Enumerable.Range(0, 40).Select(_ => sampler.Next(Logits(_probabilities)))];
        }

        Assert.Equal(Sequence(5, 1), Sequence(5, 1));
        Assert.NotEqual(Sequence(5, 1), Sequence(6, 1));
        Assert.NotEqual(Sequence(5, 1), Sequence(5, 2));
        Assert.NotEqual(Sequence(0, 0), Sequence(ulong.MaxValue, 0));
    }

    [Fact]
    public void Next_ManyEqualLogits_AreDrawnInTheOrderOfTheirIds()
    {
        // The order of equal logits decides which token a draw means: it must not depend on how a sort is implemented.
        TokenSampler all = new(new GenerationOptions { Temperature = 1, Seed = 3 }, [], stream: 0);
        TokenSampler shifted = new(new GenerationOptions { Temperature = 1, Seed = 3 }, [], stream: 0);
        for (int i = 0; i < 50; i++)
        {
            float[] padded = new float[1001];
            padded[0] = float.NegativeInfinity;
            Assert.Equal(all.Next(new float[1000]) + 1, shifted.Next(padded));
        }
    }

    [Fact]
    public void Next_ExtremeLogits_StayNumbers()
    {
        TokenSampler sampler = new(new GenerationOptions { Temperature = 1e-3, TopP = 0.9 }, [], stream: 0);

        Assert.Equal(1, sampler.Next([-3e38f, 3e38f, 0]));
        Assert.Equal(0, sampler.Next([0, float.NegativeInfinity, -0f - 1]));
    }

    private static float[] Logits(params double[] probabilities) => [.. probabilities.Select(p => (float)Math.Log(p))];

    private static void AssertFollows(
        double[] expected, GenerationOptions options, float[]? logits = null, int[]? prompt = null, int draws = Draws)
    {
        double total = expected.Sum();
        int[] counts = new int[expected.Length];
        int rounds = Draws / draws;
        for (int round = 0; round < rounds; round++)
        {
            TokenSampler sampler = new(options, prompt ?? [], stream: round);
            for (int i = 0; i < draws; i++)
            {
                counts[sampler.Next([.. logits ?? Logits(_probabilities)])]++;
            }
        }

        for (int token = 0; token < expected.Length; token++)
        {
            double p = expected[token] / total;
            // Five standard deviations; the seed is fixed, so a pass stays a pass.
            Assert.True(Math.Abs(((double)counts[token] / Draws) - p) <= 5 * Math.Sqrt(p * (1 - p) / Draws), $"token {token}: {counts[token]} of {Draws}, expected {p:P2}");
        }
    }
}
