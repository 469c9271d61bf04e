using DriveKD.Data.Errors;
using DriveKD.Models.Generation;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Generation;

public sealed class BrokenLogitsTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Choose_LogitsThatAreNoNumbers_AreRefused(float broken)
    {
        BatchRows rows = new([new Prompt([1, 2], Pictures: [])], new GenerationOptions());
        using Tensor logits_BV = tensor(new[] { 0f, 1f, broken, 2f }).unsqueeze(0);

        Assert.Contains("not finite", Assert.Throws<InputException>(() => rows.Choose(logits_BV, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_MinusInfinity_IsOnlyVeryUnlikely()
    {
        BatchRows rows = new([new Prompt([1, 2], Pictures: [])], new GenerationOptions());
        using Tensor logits_BV = tensor(new[] { 0f, 1f, float.NegativeInfinity, 2f }).unsqueeze(0);
        rows.Choose(logits_BV, null);

        Assert.Equal(3, rows.LastIds()[0, 0]);
    }
}
