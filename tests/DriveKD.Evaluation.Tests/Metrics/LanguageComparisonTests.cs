using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.Tests.Metrics;

public sealed class LanguageComparisonTests
{
    private const double Tolerance = 1e-12;

    private static readonly Gen<string> _sentences = Gen.OneOf("the", "car", "stops", "left", "turn", ".").Array[0, 12].Select(words => string.Join(' ', words));

    [Fact]
    public void Of_ThePackagesOwnExample_ItsFigures()
    {
        LanguageFigures figures = LanguageComparison.Of(["i am a boy", "she is a girl"], ["am i a boy ?", "is she a girl ?"]).ToFigures();

        Assert.Equal(0.9999999997500004, figures.Bleu1, 9);
        Assert.Equal(0.577350269, figures.Bleu2, 8);
        Assert.Equal(0.75, figures.RougeL, Tolerance);
        Assert.Equal(10.0 / 3, figures.Cider, Tolerance);
    }

    [Fact]
    public void ToFigures_NoWordInAnyReference_IsRefused()
    {
        LanguageComparison comparison = LanguageComparison.Of(["a car"], ["."]);

        Assert.False(comparison.IsDefined);
        Assert.Contains("none of them holds a word", Assert.Throws<InputException>(comparison.ToFigures).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SinglePair_CiderIsZero() => Assert.Equal(0, LanguageComparison.Of(["the car"], ["the car"]).ToFigures().Cider);

    [Fact]
    public void Of_UnknownMark_IsRenamedInReferencesOnly()
    {
        LanguageComparison comparison = LanguageComparison.Of(["a_UNK b"], ["a_UNK b"]);

        Assert.Equal("a_unk b", comparison.PredictionTokens[0]);
        Assert.Equal("a_unknown b", comparison.ReferenceTokens[0]);
    }

    [Fact]
    public void Of_TokenWithANoBreakSpace_IsOneForRougeAndTwoForBleu()
    {
        PairScores pair = LanguageComparison.Of(["1 1/2"], ["1 1/2"]).Pairs[0];

        Assert.Equal(2, pair.Bleu.Length);
        Assert.Equal(1, pair.RougeL);
    }

    [Fact]
    public void Of_AnyCorpus_FiguresStayInBoundsAndEqualTextsAreBest() => Gen.Select(_sentences, _sentences).Array[1, 8].Sample(pairs =>
    {
        LanguageComparison comparison = LanguageComparison.Of([.. pairs.Select(pair => pair.Item1)], [.. pairs.Select(pair => pair.Item2)]);
        for (int i = 0; i < pairs.Length; i++)
        {
            PairScores scores = comparison.Pairs[i];
            Assert.InRange(scores.RougeL, 0, 1);
            Assert.InRange(scores.Cider, 0, 10 + Tolerance);
            Assert.InRange(scores.Bleu.Score(1), 0, 1);
            if (comparison.PredictionTokens[i] == comparison.ReferenceTokens[i])
            {
                Assert.Equal(1, scores.RougeL, Tolerance);
            }
        }
    });

    [Fact]
    public void Of_ReferenceAnswersTwice_SumsOfPairsAreTheCorpus()
    {
        LanguageComparison comparison = LanguageComparison.Of(["the car stops", "turn left"], ["the car stops now", "turn right"]);
        BleuStatistics sum = comparison.Pairs[0].Bleu + comparison.Pairs[1].Bleu;

        Assert.Equal(comparison.ToFigures().Bleu2, sum.Score(2));
        Assert.Equal(new BleuStatistics(5, 6, 4, 2, 1, 0, 5, 3, 1, 0), sum);
    }
}
