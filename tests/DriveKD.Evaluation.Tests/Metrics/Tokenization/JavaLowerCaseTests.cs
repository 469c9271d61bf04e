using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Evaluation.Tests.Metrics.Tokenization;

public sealed class JavaLowerCaseTests
{
    [Theory]
    [InlineData("ABC", "abc")]
    [InlineData("\u03A3", "\u03C3")]
    [InlineData("\u0391\u03A3", "\u03B1\u03C2")]
    [InlineData("\u0391\u03A3\u0391", "\u03B1\u03C3\u03B1")]
    [InlineData("\u0391\u03A3'", "\u03B1\u03C2'")]
    [InlineData("\u0391\u0301\u03A3", "\u03B1\u0301\u03C2")]
    [InlineData("5\u03A3", "5\u03C3")]
    [InlineData("\u0130X", "i\u0307x")]
    public void Convert_SpecialLetters_AsInFullMapping(string text, string expected) => Assert.Equal(expected, JavaLowerCase.Convert(text));
}
