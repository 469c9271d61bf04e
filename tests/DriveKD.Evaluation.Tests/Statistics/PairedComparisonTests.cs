using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class PairedComparisonTests
{
    private static readonly BootstrapOptions _few = new() { Resamples = 300 };

    [Fact]
    public void Of_RightAndWrong_ComparesSharedQuestionsAndCountsTheRest()
    {
        ScoredQuestion[] first = [Question(1, 1), Question(2, 0), Question(3, 1), Question(4, 0), Question(9, 1)];
        ScoredQuestion[] second = [Question(4, 1), Question(3, 1), Question(2, 1), Question(1, 0), Question(7, 0), Question(8, 0)];
        PairedComparison comparison = PairedComparison.Of(first, second, _few);
        Assert.Equal((4, 1, 2), (comparison.N, comparison.OnlyFirst, comparison.OnlySecond));
        Assert.Equal((0.5, 0.75, 0.25), (comparison.FirstMean!.Value, comparison.SecondMean!.Value, comparison.Difference.Estimate!.Value));
        Assert.Equal((1, 2), (comparison.OnlyFirstRight!.Value, comparison.OnlySecondRight!.Value));
        Assert.Equal(McNemarTest.P(1, 2), comparison.P);
        Assert.Equal("exact McNemar", comparison.Test);
        Assert.Equal("4 questions of 3 scenes; left out: 1 only in the first, 2 only in the second", comparison.Scope);

        // Scene 0: question 1; scene 1: 2 and 3; scene 2: 4.
        Assert.Equal(SignFlipTest.Of([-1, 1, 1], 42), comparison.Permutation);
    }

    [Fact]
    public void Of_Scores_TakesThePermutation()
    {
        PairedComparison comparison = PairedComparison.Of([Question(1, 0.5), Question(2, 0)], [Question(1, 0.75), Question(2, 0.5)], _few);
        Assert.Null(comparison.McNemarP);
        Assert.Null(comparison.OnlyFirstRight);
        Assert.Equal(0.5, comparison.P);
        Assert.Equal("exact sign-flip permutation of scenes", comparison.Test);
        Assert.Equal("2 questions of 2 scenes", comparison.Scope);

        ScoredQuestion[] many = [.. Enumerable.Range(0, 100).Select(index => Question(index, index / 100.0))];
        PairedComparison sampled = PairedComparison.Of(many, [.. many.Select(question => question with { Score = question.Score * 0.9 })], _few);
        Assert.Equal("sign-flip permutation of scenes, 100,000 resamples", sampled.Test);
    }

    [Fact]
    public void Of_NoSharedQuestion_HasNoFigure()
    {
        PairedComparison comparison = PairedComparison.Of([Question(1, 1)], [Question(2, 1)]);
        Assert.Equal((0, 1, 1), (comparison.N, comparison.OnlyFirst, comparison.OnlySecond));
        Assert.Null(comparison.FirstMean);
        Assert.Null(comparison.Difference.Estimate);
        Assert.Null(comparison.P);
        Assert.Null(comparison.Test);
        Assert.Equal("0 questions of 0 scenes; left out: 1 only in the first, 1 only in the second", comparison.Scope);
        Assert.Equal(0, PairedComparison.Of([], []).N);
    }

    [Fact]
    public void Of_EqualModels_IsNoDifference()
    {
        ScoredQuestion[] questions = [.. Enumerable.Range(0, 20).Select(index => Question(index, index % 2))];
        PairedComparison comparison = PairedComparison.Of(questions, questions, _few);
        Assert.Equal((0.0, 1.0), (comparison.Difference.Estimate!.Value, comparison.P!.Value));
        Assert.Equal(new Interval(0, 0), comparison.Difference.Interval);
    }

    [Fact]
    public void Of_OneScene_HasNoInterval()
    {
        PairedComparison comparison = PairedComparison.Of([new("a", "s", 1), new("b", "s", 0)], [new("a", "s", 0), new("b", "s", 0)]);
        Assert.Equal(-0.5, comparison.Difference.Estimate);
        Assert.Null(comparison.Difference.Interval);
        Assert.Equal(1, comparison.Permutation!.P);
    }

    [Fact]
    public void Of_RepeatedIdOrOtherScene_Throws()
    {
        Assert.Throws<ArgumentException>(() => PairedComparison.Of([Question(1, 1), Question(1, 0)], []));
        Assert.Throws<ArgumentException>(() => PairedComparison.Of([new("a", "s", 1)], [new("a", "t", 1)]));
        Assert.Throws<ArgumentException>(() => PairedComparison.Of([new("a", "s", double.NaN)], []));
    }

    [Fact]
    public void Of_OrderChangedOrModelsExchanged_IsTheSameOrMirrored() => Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1]).Array[2, 30].Sample(
        pairs =>
        {
            ScoredQuestion[] first = [.. pairs.Select((pair, index) => Question(index, pair.Item1))];
            ScoredQuestion[] second = [.. pairs.Select((pair, index) => Question(index, pair.Item2))];
            PairedComparison one = PairedComparison.Of(first, second, _few);
            PairedComparison other = PairedComparison.Of([.. second.Reverse()], [.. first.Reverse()], _few);
            Assert.Equal(one, PairedComparison.Of([.. first.Reverse()], second, _few));
            Assert.Equal(one.Difference.Estimate!.Value, -other.Difference.Estimate!.Value, 1e-12);
            Assert.Equal(one.P, other.P);
            Assert.Equal(one.Permutation!.P, other.Permutation!.P, 1e-12);
        },
        iter: 200);

    [Fact]
    public void ComparisonSet_OfSeveral_CorrectsThoseThatHaveAPValue()
    {
        ScoredQuestion[] wrong = [.. Enumerable.Range(0, 12).Select(index => Question(index, 0))];
        ScoredQuestion[] right = [.. wrong.Select(question => question with { Score = 1 })];
        PairedComparison clear = PairedComparison.Of(wrong, right, _few);
        PairedComparison none = PairedComparison.Of(wrong, wrong, _few);
        PairedComparison empty = PairedComparison.Of(wrong, [], _few);
        ComparisonSet set = ComparisonSet.Of([("perception", clear), ("nothing", empty), ("planning", none)]);
        Assert.Equal(("Holm", 2), (set.CorrectionName, set.Corrected));
        Assert.Equal(["perception", "nothing", "planning"], set.Comparisons.Select(item => item.Name));
        Assert.Equal([2 * clear.P!.Value, null, 1], set.Comparisons.Select(item => item.AdjustedP));
        Assert.Equal("Benjamini-Hochberg", ComparisonSet.Of([], Correction.BenjaminiHochberg).CorrectionName);
    }

    private static ScoredQuestion Question(int id, double score) => new($"{id}", $"scene {id / 2}", score);
}
