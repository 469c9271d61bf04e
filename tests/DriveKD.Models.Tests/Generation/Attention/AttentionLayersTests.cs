using DriveKD.Data.Errors;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Models.Tests.Generation.Attention;

public sealed class AttentionLayersTests
{
    [Theory]
    [InlineData("all", 4, new[] { 1, 2, 3, 4 })]
    [InlineData("first", 4, new[] { 1 })]
    [InlineData("penultimate", 4, new[] { 3 })]
    [InlineData("1,4-8", 28, new[] { 1, 4, 5, 6, 7, 8 })]
    [InlineData("first, penultimate, 2", 6, new[] { 1, 2, 5 })]
    [InlineData("3-4,2-3", 4, new[] { 2, 3, 4 })]
    [InlineData("28-28", 28, new[] { 28 })]
    public void Resolve_LayersThatAreThere_AreTheirNumbersOnce(string text, int layers, int[] expected) =>
        Assert.Equal(expected, AttentionLayers.Parse(text, "--layers").Resolve(layers));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("4-2")]
    [InlineData("1-")]
    [InlineData("-3")]
    [InlineData("1-2-3")]
    [InlineData("All")]
    [InlineData("99999999999")]
    public void Parse_AnythingElse_IsRefused(string text) =>
        Assert.StartsWith($"--layers: '{text}' names no layers; ", Assert.Throws<InputException>(() => AttentionLayers.Parse(text, "--layers")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_SeveralBadParts_TellsAll() =>
        Assert.Equal(2, Assert.Throws<InputException>(() => AttentionLayers.Parse("1,x,3-2", "--layers")).Problems.Count);

    [Fact]
    public void Resolve_LayersThatAreNotThere_TellsAll() =>
        Assert.Equal(
            ["5 is not there: the model has 4 decoder layer(s), numbered from 1.", "8 is not there: the model has 4 decoder layer(s), numbered from 1."],
            Assert.Throws<InputException>(() => AttentionLayers.Parse("1,5,3-8", "--layers").Resolve(4)).Problems.Select(problem => problem.What));
}
