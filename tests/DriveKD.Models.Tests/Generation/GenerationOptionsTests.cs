using DriveKD.Data.Errors;
using DriveKD.Models.Generation;

namespace DriveKD.Models.Tests.Generation;

public sealed class GenerationOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreGreedyAndSound()
    {
        GenerationOptions options = new();
        options.Validate();

        Assert.False(options.IsSampling);
    }

    [Fact]
    public void Validate_EverythingWrong_IsReportedAtOnce()
    {
        GenerationOptions options = new() { MaxNewTokens = 0, Temperature = -1, TopK = -2, TopP = 0, RepetitionPenalty = 0 };
        InputException exception = Assert.Throws<InputException>(options.Validate);

        Assert.Equal(["max-new-tokens", "temperature", "top-k", "top-p", "repetition-penalty"], exception.Problems.Select(problem => problem.Where));
    }

    [Theory]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(double.PositiveInfinity, 1, 1)]
    [InlineData(0, double.NaN, 1)]
    [InlineData(0, 1.0001, 1)]
    [InlineData(0, 1, double.NaN)]
    [InlineData(0, 1, double.PositiveInfinity)]
    public void Validate_OneValueOutOfRange_IsRefused(double temperature, double topP, double penalty) =>
        Assert.Single(Assert.Throws<InputException>(new GenerationOptions { Temperature = temperature, TopP = topP, RepetitionPenalty = penalty }.Validate).Problems);
}
