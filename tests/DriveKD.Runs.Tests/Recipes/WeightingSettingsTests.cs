using DriveKD.Runs.Recipes;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class WeightingSettingsTests
{
    [Fact]
    public void Read_NothingWritten_IsTheAuthorsScript() =>
        Assert.Equal(
            new WeightingSettings
            {
                Kind = WeightingKind.Online,
                Ratio = 0.1,
                MeasureSteps = 20,
                Follow = 0,
                Alpha = 0,
                LearningRate = 3e-4,
                MinimumSupervision = 0.6,
            },
            RecipeText.Read(RecipeText.Minimal).Recipe.Weighting);

    [Fact]
    public void Read_RatioWithoutSupervision_IsRefused() =>
        Assert.Equal(
            "command line: weighting.kind=ratio: the kind ratio measures signals against supervision, whose weight is 0: give "
                + "distillation.weights.supervision a weight, or choose another kind",
            RecipeText.Problem(RecipeText.Minimal, "weighting.kind=ratio", "distillation.weights.supervision=0"));

    [Theory]
    [InlineData("kind=gradient", "found 'gradient', expected one of static, ratio, online, uncertainty")]
    [InlineData("ratio=0", "found '0', expected a number above 0")]
    [InlineData("measure_steps=0", "found '0', expected a whole number at least 1")]
    [InlineData("follow=1.5", "found '1.5', expected a number at least 0 and at most 1")]
    public void Read_OutsideTheLimits_IsRefused(string argument, string expected) =>
        Assert.Equal($"command line: weighting.{argument}: {expected}", RecipeText.Problem(RecipeText.Minimal, $"weighting.{argument}"));
}
