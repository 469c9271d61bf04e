using DriveKD.Models.Measurement;

namespace DriveKD.Models.Tests.Measurement;

public sealed class AnswerMeasurementTests
{
    [Fact]
    public void Derived_EveryFigure_FollowsFromTheStages()
    {
        AnswerMeasurement answer = Answer();

        Assert.Equal(1.75, answer.FirstTokenSeconds);
        Assert.Equal(3.75, answer.AnswerSeconds);
        Assert.Equal(4, answer.DecodeTokensPerSecond);
        Assert.Equal(1 / 3.75, answer.AnswersPerSecond);
        Assert.Equal(360, answer.AnswersPerWattHour);
    }

    [Fact]
    public void Derived_WithoutPicturesAndEnergy_IsNullOrLeftOut()
    {
        AnswerMeasurement answer = Answer() with { PictureSeconds = null, VisionSeconds = null, Joules = null, NewTokens = 1, DecodeSeconds = 0 };

        Assert.Equal(1, answer.FirstTokenSeconds);
        Assert.Null(answer.DecodeTokensPerSecond);
        Assert.Null(answer.AnswersPerWattHour);
    }

    [Fact]
    public void Figures_OfAnswers_SumUpEachStage()
    {
        AnswerFigures figures = AnswerFigures.Of([Answer(), Answer() with { PrefillSeconds = 3, Joules = null }]);

        Assert.Equal(Spread.Of([1, 3]), figures.PrefillSeconds);
        Assert.Equal(Spread.Of([1.75, 3.75]), figures.FirstTokenSeconds);
        Assert.Equal(Spread.Of([10]), figures.JoulesPerAnswer);
    }

    [Fact]
    public void Figures_Ratios_ArePaired()
    {
        AnswerFigures ratios = AnswerFigures.RatiosOf(
            [Answer(), Answer() with { PrefillSeconds = 3 }], [Answer() with { PrefillSeconds = 2 }, Answer() with { PrefillSeconds = 6, VisionSeconds = null }]);

        Assert.Equal(Spread.Of([0.5, 0.5]), ratios.PrefillSeconds);
        Assert.Equal(Spread.Of([1]), ratios.VisionSeconds);
        Assert.Equal(Spread.Of([1, 1]), ratios.DecodeTokensPerSecond);
    }

    [Fact]
    public void Profile_Shares_AddUp()
    {
        CaseFigures figures = Figures(Answer());
        AnswerProfile profile = AnswerProfile.Of(figures, Spread.Of([0.05]))!;

        Assert.Equal(1, profile.PictureShare + profile.VisionShare + profile.PrefillShare + profile.DecodeShare, 12);
        Assert.Equal(2 / 3.75, profile.DecodeShare, 12);
        Assert.Equal(0.25, profile.TokenSeconds);
        Assert.Equal((0.2, 0.1), (profile.HeadShareOfToken, profile.ChoiceShareOfToken));
        Assert.Equal(0.7, profile.LayerShareOfToken!.Value, 12);
    }

    [Fact]
    public void Profile_HeadOrAnswersMissing_SaysSo()
    {
        AnswerProfile profile = AnswerProfile.Of(Figures(Answer()), head: null)!;

        Assert.Null(profile.HeadShareOfToken);
        Assert.Null(profile.LayerShareOfToken);
        Assert.Null(AnswerProfile.Of(Figures(), head: null));
    }

    private static AnswerMeasurement Answer() => new()
    {
        PictureSeconds = 0.25,
        VisionSeconds = 0.5,
        PrefillSeconds = 1,
        DecodeSeconds = 2,
        ChoiceSeconds = 0.2,
        NewTokens = 9,
        Joules = 10,
    };

    private static CaseFigures Figures(params AnswerMeasurement[] answers) => new()
    {
        Case = new MeasureCase(1, 8),
        PromptTokens = 24,
        PeakResidentBytes = null,
        Tensors = null,
        Answers = answers,
    };
}
