using DriveKD.Data.Errors;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Models.Tests.Generation.Attention;

public sealed class AttentionLayerTests
{
    [Theory]
    [InlineData("first", 4, 1)]
    [InlineData("penultimate", 4, 3)]
    [InlineData("penultimate", 2, 1)]
    [InlineData("1", 1, 1)]
    [InlineData("28", 28, 28)]
    public void Resolve_LayerThatIsThere_IsItsNumber(string text, int layers, int expected) =>
        Assert.Equal(expected, AttentionLayer.Parse(text, "--attention-layer").Resolve(layers));

    [Theory]
    [InlineData("penultimate", 1)]
    [InlineData("5", 4)]
    public void Resolve_LayerThatIsNotThere_IsRefused(string text, int layers) =>
        Assert.Contains(
            $"{text} is not there",
            Assert.Throws<InputException>(() => AttentionLayer.Parse(text, "--attention-layer").Resolve(layers)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("last")]
    [InlineData("First")]
    [InlineData("")]
    [InlineData("99999999999")]
    public void Parse_AnythingElse_IsRefused(string text) =>
        Assert.Equal(
            $"--attention-layer: '{text}' is no layer; first, penultimate or a number from 1 is expected.",
            Assert.Throws<InputException>(() => AttentionLayer.Parse(text, "--attention-layer")).Message);
}
